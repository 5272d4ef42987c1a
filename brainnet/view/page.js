"use strict";
// What is clicked is shown on the right: its template is copied there, and Bokeh draws the figures that it names.
(async () => {
  const detail = document.getElementById("detail");
  const drawn = [];
  let wanted = 0, current = "";

  const draw = (spot) =>
    Bokeh.embed.embed_item(JSON.parse(document.getElementById(spot.dataset.item).textContent), spot);

  const forget = (views) => {
    const documents = new Set(views.roots.map((view) => view.model.document));
    views.clear();
    for (const each of documents) Bokeh.documents.splice(Bokeh.documents.indexOf(each), 1);
  };

  const sources = {};  // of the graph: what is selected there, by kind

  const show = async (name) => {
    const mine = ++wanted;
    current = name;
    for (const [kind, { selected }] of Object.entries(sources)) {
      const indices = name.startsWith(`${kind}-`) ? [Number(name.split("-")[1])] : [];
      if (String(indices) !== String(selected.indices)) selected.indices = indices;
    }
    delete document.body.dataset.shown;
    while (drawn.length) forget(drawn.pop());
    detail.replaceChildren(document.getElementById(name).content.cloneNode(true));
    detail.scrollTop = 0;
    for (const spot of detail.querySelectorAll("[data-item]")) {
      const views = await draw(spot);
      if (mine !== wanted) return forget(views);  // something else was clicked meanwhile
      drawn.push(views);
    }
    for (const button of document.querySelectorAll("button[data-show]"))
      button.classList.toggle("shown", button.dataset.show === name);
    document.body.dataset.shown = name;
  };

  for (const button of document.querySelectorAll("button[data-show]"))
    button.addEventListener("click", () => show(button.dataset.show));

  const graph = document.getElementById("graph");
  if (graph) {
    const views = await draw(graph);
    const [root] = views.roots;
    for (const [source, prefix] of [["arrows", "arrow"], ["boxes", "box"]]) {
      const found = root.model.document.get_model_by_name(source);
      sources[prefix] = found;
      found.selected.change.connect(() => {
        const name = `${prefix}-${found.selected.indices[0]}`;
        if (found.selected.indices.length && name !== current) show(name);
      });
    }
  }
  await show("overview");
})();
