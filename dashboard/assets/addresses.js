/* Where the dashboard is served: at the top of its host, or below a path such as /faces. */
(function () {
    "use strict";

    const config = () => JSON.parse(document.getElementById("_dash-config").textContent);
    let found = null;

    function base() {
        if (found === null) found = config().requests_pathname_prefix.replace(/\/$/, "");
        return found;
    }

    window.faceLabelerAddresses = {
        /* Return the address for the browser of what is at a path of the dashboard. */
        at(path) {
            return base() + path;
        },

        /* Return the path in the dashboard that an address of the browser leads to. */
        within(path) {
            const inside = path === base() || path.startsWith(`${base()}/`);
            return (inside ? path.slice(base().length) : path) || "/";
        },
    };
})();
