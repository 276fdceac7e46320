// The grid of the page Jobs: its cells, and how it follows the address. Names of records are only ever set as text.
(function () {
  "use strict";

  var PHONE_WIDTH = 640;

  function same(a, b) {
    return JSON.stringify(a || {}) === JSON.stringify(b || {});
  }

  // The list that the address asks for, in the grid that is there: its filters and sort set, its rows asked for anew
  // where something else has changed. `wanted.key` names what else acts on the rows.
  function follow(api, wanted) {
    if (window.innerWidth < PHONE_WIDTH) {
      api.getColumns().forEach(function (column) {
        api.setColumnsVisible([column.getColId()], wanted.phone.indexOf(column.getColId()) >= 0);
      });
    }
    var sorted = api.getColumnState().filter(function (column) {
      return column.sort;
    })[0];
    var asks = false;
    if (!sorted || sorted.colId !== wanted.sort.colId || sorted.sort !== wanted.sort.sort) {
      api.applyColumnState({ state: [wanted.sort], defaultState: { sort: null } });
      asks = true;
    }
    if (!same(api.getFilterModel(), wanted.filters)) {
      api.setFilterModel(wanted.filters);
      asks = true;
    }
    if (!asks && shownKey !== null && shownKey !== wanted.key) {
      api.ensureIndexVisible(0);
      api.purgeInfiniteCache();
    }
    shownKey = wanted.key;
  }

  var shownKey = null;

  Object.assign(window.dash_clientside.ledger, {
    listed: function (wanted) {
      if (wanted) {
        window.dash_ag_grid.getApiAsync({ of: wanted.of, type: "job-grid" }).then(function (api) {
          follow(api, wanted);
        });
      }
    },
  });

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    // A job: its id, and the way to its receipt. Of a row that is on its way there is nothing yet.
    JobCell: function (props) {
      var h = window.React.createElement;
      if (!props.data) {
        return h("span", { className: "job-waits" }, "…");
      }
      return h("a", { href: props.data.link, className: "job-link" }, h("span", { className: "name" }, props.data.job));
    },
  });
})();
