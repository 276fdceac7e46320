// Charts as files and on paper. Nothing is sent anywhere: the browser draws the picture that it shows.
(function () {
  "use strict";

  var WIDTH = 1200;
  var LEAST_HEIGHT = 420;
  var HEAD = 74;

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  function said(selector, within) {
    var found = (within || document).querySelector(selector);
    return found ? found.textContent.replace(/\s+/g, " ").trim() : "";
  }

  // A chart by itself has to say what the page around it says: title, pool and days, and what the colours mean.
  function alone(plot, template) {
    var page = said("#page h1");
    var part = said(".panel-head h2", plot.closest(".panel"));
    var picked = document.querySelector("#page .entity-picker input");
    var below = (picked && picked.value ? picked.value + " · " : "") + said("#page .page-days");
    var named = plot.data.filter(function (trace) { return trace.name && trace.type !== "heatmap"; });
    var layout = Object.assign({}, plot.layout, {
      template: template,
      paper_bgcolor: template.layout.hoverlabel.bgcolor,
      showlegend: named.length > 1,
      legend: { orientation: "h", y: -0.16, yanchor: "top", x: 0, traceorder: "normal" },
      title: {
        text: "<b>" + escaped(part ? page + ": " + part : page) + "</b><br><span style='font-size:13px'>" +
          escaped(below) + "</span>",
        x: 0.02,
        xanchor: "left",
        y: 0.97,
        yref: "container",
        yanchor: "top",
        font: { size: 18 },
      },
    });
    layout.margin = Object.assign({}, plot.layout.margin, { t: HEAD, r: 24, b: 16 });
    delete layout.width;
    delete layout.height;
    return { data: plot.data, layout: layout };
  }

  function fileName() {
    var words = (said("#page h1") + " " + said("#page .page-days")).toLowerCase();
    return "htc-ledger-" + words.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 90);
  }

  function save(button) {
    var plot = button.closest(".figure-save").previousElementSibling.querySelector(".js-plotly-plot");
    if (!plot || !plot.data || !plot.data.length) {
      return;
    }
    var used = document.documentElement.getAttribute("data-mantine-color-scheme");
    var form = button.getAttribute("data-picture");
    var size = {
      format: form,
      width: WIDTH,
      height: Math.max(LEAST_HEIGHT, plot.offsetHeight + HEAD + 60),
      scale: form === "png" ? 2 : 1,
    };
    window.Plotly.toImage(alone(plot, window.ledgerTemplates[used]), size).then(function (address) {
      var link = document.createElement("a");
      link.href = address;
      link.download = fileName() + "." + form;
      document.body.appendChild(link);
      link.click();
      link.remove();
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-picture]");
    if (button) {
      save(button);
    }
  });

  // Paper is light, and narrower than the window.
  function drawn(scheme) {
    document.querySelectorAll(".js-plotly-plot").forEach(function (plot) {
      if (plot.data && plot.offsetParent) {
        window.Plotly.relayout(plot, { template: window.ledgerTemplates[scheme], autosize: true });
        window.Plotly.Plots.resize(plot);
      }
    });
  }

  window.matchMedia("print").addEventListener("change", function (asked) {
    if (window.Plotly && window.ledgerTemplates) {
      drawn(asked.matches ? "light" : document.documentElement.getAttribute("data-mantine-color-scheme"));
    }
  });
})();
