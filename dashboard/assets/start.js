// What opens first, as a person chose it in this browser: the store `landing` holds { to, label }.
(function () {
  "use strict";

  // A page of this server and nothing else, whatever stands in the browser's storage.
  function isOurs(choice) {
    return Boolean(choice) && typeof choice.to === "string" && /^\/[a-z]/.test(choice.to);
  }

  function follow(to, how) {
    window.history[how]({}, "", to);
    window.dispatchEvent(new PopStateEvent("popstate"));
    window.scrollTo(0, 0);
  }

  window.dash_clientside.ledger = Object.assign(window.dash_clientside.ledger || {}, {
    // At `/`: on to what was chosen, or to the choice. The way back does not lead here again.
    landed: function (path, written, choice) {
      if (path !== "/") {
        return;
      }
      if (!choice && written === -1 && window.localStorage.getItem("landing")) {
        return; // the store has not read it yet, and says so when it has
      }
      follow(isOurs(choice) ? choice.to : "/start", "replaceState");
    },

    // A choice was made: keep it, and go there. One's own project comes from the field beside its button.
    chosen: function (clicks, projects) {
      var context = window.dash_clientside.callback_context;
      var moved = context.triggered[0];
      if (!moved || !moved.value) {
        return window.dash_clientside.no_update;
      }
      var project = projects[0];
      var button = JSON.parse(moved.prop_id.slice(0, moved.prop_id.lastIndexOf(".")));
      if (button.label === "project" && !project) {
        return window.dash_clientside.no_update;
      }
      // the pool that is looked at goes along
      var pool = new URLSearchParams(window.location.search).get("pool");
      var asked = new URLSearchParams(pool ? { pool: pool } : {});
      if (button.label === "project") {
        asked.set("project", project);
      }
      var choice = {
        to: button.to + (asked.size ? "?" + asked : ""),
        label: button.label === "project" ? project : button.label,
      };
      // the store takes it first
      window.setTimeout(function () { follow(choice.to, "pushState"); }, 0);
      return choice;
    },

    landingName: function (choice) {
      return isOurs(choice) ? "Start page: " + String(choice.label).slice(0, 40) : "Choose a start page";
    },

    landingNow: function (choice) {
      return isOurs(choice) ? "Opens now: " + String(choice.label).slice(0, 80) + "." : "Nothing is chosen yet.";
    },
  });
})();
