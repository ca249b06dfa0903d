/* Home: who goes through the folders by keyboard keeps their place when the list is drawn anew. */
(function () {
    "use strict";

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.home = {
        focusFolders() {
            setTimeout(() => {
                const chooser = document.getElementById("chooser");
                const isLost = document.activeElement === document.body;
                if (!chooser || !chooser.dataset.used || !isLost) return;
                const first = chooser.querySelector(".folder-inside button, .folder-way button");
                if (first) first.focus();
            });
            return window.dash_clientside.no_update;
        },
    };

    document.addEventListener("click", ({ target }) => {
        const chooser = target.closest("#chooser");
        if (chooser && target.closest("button")) chooser.dataset.used = "yes";
    });
})();
