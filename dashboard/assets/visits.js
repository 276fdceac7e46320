// What was seen of the page Triage at the last visit: kept in this browser under "triage-seen".
(function () {
  "use strict";

  var PLACE = "triage-seen";

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.ledger = Object.assign(window.dash_clientside.ledger || {}, {
    visitsRead: function () {
      try {
        return JSON.parse(window.localStorage.getItem(PLACE));
      } catch (broken) {
        return null; // it counts as no visit
      }
    },

    visitsKept: function (seen) {
      if (seen) {
        window.localStorage.setItem(PLACE, JSON.stringify(seen));
      }
    },
  });
})();
