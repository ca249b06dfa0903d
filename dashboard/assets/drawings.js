/* Drawings of ours (family tree, charts) come as SVG in an attribute and are put on the page here. */
(function () {
    "use strict";

    function draw(root) {
        if (!root.querySelectorAll) return;
        const found = [...root.querySelectorAll("[data-svg]")];
        if (root.matches("[data-svg]")) found.push(root);
        found.forEach((place) => {
            const svg = place.getAttribute("data-svg");
            if (place.drawn === svg) return;
            place.drawn = svg;
            place.innerHTML = svg; // made by the server, which escapes every name in it
        });
    }

    new MutationObserver((changes) => {
        changes.forEach((change) => {
            if (change.type === "attributes") draw(change.target);
            change.addedNodes.forEach(draw);
        });
    }).observe(document, { childList: true, subtree: true, attributeFilter: ["data-svg"] });
})();
