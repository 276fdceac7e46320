// What runs in the browser: the few things that must not ask the server. Names of records are only ever set as text.
window.dash_clientside = window.dash_clientside || {};

(function () {
  "use strict";

  function go(address) {
    var url = new URL(address, window.location.href);
    window.dash_clientside.set_props("url", { search: url.search });
  }

  window.dash_clientside.ledger = {
    // A figure in the colours of the scheme in use.
    painted: function (figure, scheme, templates) {
      if (!figure) {
        return window.dash_clientside.no_update;
      }
      // `scheme` only says that it changed: before the first change it is not the scheme in use
      var used = document.documentElement.getAttribute("data-mantine-color-scheme");
      var template = templates[used] || templates.light;
      window.ledgerTemplates = templates; // pictures.js draws with them, too
      return { data: figure.data, layout: Object.assign({}, figure.layout, { template: template }) };
    },

    // A click on a bar leads where the legend's entry leads.
    followed: function (clicked, figure) {
      var point = clicked && clicked.points && clicked.points[0];
      var trace = point && figure.data[point.curveNumber];
      if (trace && trace.meta && trace.meta.link) {
        go(trace.meta.link);
      }
    },

    navbar: function (opened, navbar) {
      return Object.assign({}, navbar, { collapsed: { mobile: !opened } });
    },

    closed: function () {
      return false;
    },

    title: function (title) {
      if (title) {
        document.title = title;
      }
    },

    unfolded: function (clicks) {
      return clicks % 2 === 1 ? "filter-controls filter-controls-open" : "filter-controls";
    },

    // Further filters are shown where one of them is chosen, whatever was clicked.
    further: function (clicks, label) {
      var open = (clicks || 0) % 2 === 1 || /\d/.test(label || "");
      return [open ? "filter-further filter-further-open" : "filter-further", String(open)];
    },
  };

  // Functions that Mantine components are given by name.
  window.dashMantineFunctions = Object.assign(window.dashMantineFunctions || {}, {
    // The server has searched already: what it found is shown as it is.
    asFound: function (input) {
      return input.options;
    },
    // A time range with the days that it means.
    rangeOption: function (input) {
      var h = window.React.createElement;
      return h(
        "span",
        { className: "range-option" },
        h("span", null, input.option.label),
        h("span", { className: "range-option-days" }, input.option.days || "")
      );
    },
  });

  // Escape closes what a button has opened also while the focus is still on the button.
  document.addEventListener("keydown", function (event) {
    var opener = event.key === "Escape" && event.target.closest && event.target.closest("[aria-haspopup='dialog']");
    if (opener && opener.getAttribute("aria-expanded") === "true") {
      opener.click();
    }
  });

  // The tabulator goes from link to link and out of a grid; within it the arrows go from cell to cell.
  var STOPS = "a[href], button, input, select, textarea, summary, [tabindex='0']";

  function shown(one) {
    return !one.disabled && one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true });
  }

  function lies(one, where, other) {
    return Boolean(other.compareDocumentPosition(one) & where) && !other.contains(one);
  }

  // Where the tabulator leads from a row of a grid: the next link of its rows, else what comes after the grid's body.
  function afterRow(from, back) {
    var body = from.closest(".ag-root");
    var where = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
    var links = Array.from(body.querySelectorAll(".ag-row a[href]")).filter(function (link) {
      return link !== from && Boolean(from.compareDocumentPosition(link) & where);
    });
    if (links.length || back) {
      return links.length ? links[back ? links.length - 1 : 0] : body.querySelector(".ag-header-cell");
    }
    return Array.from(document.querySelectorAll(STOPS)).find(function (one) {
      return lies(one, where, body) && !one.matches(".ag-tab-guard") && shown(one);
    });
  }

  document.addEventListener(
    "keydown",
    function (event) {
      var from = event.key === "Tab" && event.target.closest && event.target.closest(".ag-row") && event.target;
      var to = from && afterRow(from, event.shiftKey);
      if (to) {
        event.preventDefault();
        event.stopPropagation();
        to.focus();
      }
    },
    true
  );

  // Functions and cells of the grid.
  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    ledgerTheme: function (base) {
      return base.withParams({
        fontFamily: "inherit",
        fontSize: 13.5,
        headerFontSize: 12.5,
        headerFontWeight: 600,
        headerTextColor: "var(--ledger-muted)",
        foregroundColor: "var(--mantine-color-text)",
        backgroundColor: "var(--ledger-surface)",
        headerBackgroundColor: "var(--ledger-surface)",
        borderColor: "var(--ledger-line)",
        rowHoverColor: "var(--ledger-hover)",
        accentColor: "var(--ledger-link)",
        wrapperBorder: false,
        wrapperBorderRadius: 0,
        headerColumnResizeHandleColor: "transparent",
        cellHorizontalPadding: 12,
        rowHeight: 40,
        headerHeight: 42,
        spacing: 6,
      });
    },
    // Unknown values stand below all known ones when the largest is on top.
    ledgerNumbers: function (a, b) {
      if (a === null || a === undefined) {
        return b === null || b === undefined ? 0 : -1;
      }
      return b === null || b === undefined ? 1 : a - b;
    },
    ledgerText: function (a, b) {
      return String(a).localeCompare(String(b), "en", { sensitivity: "base", numeric: true });
    },
  });

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    // An entity: its colour in the chart, its name, and the way to its own numbers.
    EntityCell: function (props) {
      var h = window.React.createElement;
      var row = props.data;
      var swatch = h("span", {
        className: row.swatch,
        style: { backgroundColor: row.colour },
        "aria-hidden": true,
      });
      var name = h("span", { className: "name" }, row.label);
      if (!row.link) {
        return h("span", { className: "entity" }, swatch, name);
      }
      function follow(event) {
        if (event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
          event.preventDefault();
          go(row.link);
        }
      }
      return h("a", { href: row.link, className: "entity entity-link", onClick: follow }, swatch, name);
    },
  });
})();
