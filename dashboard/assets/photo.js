/* The page of a photo: choosing a face, drawing one, and the keys. */
(function () {
    "use strict";

    const STEP = 0.02; // of the photo's shorter side: how far an arrow key moves the drawn box
    const LEAST_SIDE = 10; // pixels of the photo; a shorter drag was a slip of the hand
    const HINT = "Drag a box around the face, from brow to chin.";
    const KEYS_HINT =
        " Or move the box with the arrow keys and resize it with Shift and arrows; " +
        "Enter takes it, Esc cancels.";

    let draft = null; // the box being drawn, in pixels of the photo: left, top, width, height
    let held = false; // a key beside the mouse says that it draws, only this once
    let start = null; // where on the photo a drag began
    let goal = null; // what gets the focus once the server has answered: "name", or a face's box

    const page = () => document.querySelector(".photo-page");
    const stage = () => document.querySelector(".photo-stage");
    const isDrawing = () => Boolean(page() && page().classList.contains("drawing"));
    const isTouch = () => window.dash_clientside.faceLabeler.isTouch();
    const at = (path) => window.faceLabelerAddresses.at(path);
    const within = (path) => window.faceLabelerAddresses.within(path);
    const tell = (id, data) => window.dash_clientside.set_props(id, { data });

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.faceLabelerPhoto = {
        /* The server has answered: a drawn box is a face now, or a toast says why not. */
        settle(_panel, _done, face) {
            if (page()) page().classList.remove("waiting");
            if (stage()) keepInAddress(face);
            if (goal) focusGoal(face, 25);
            return window.dash_clientside.no_update;
        },
    };

    /* Let the address say which face is selected, for whoever reloads the page or comes back. */
    function keepInAddress(face) {
        const photo = stage().dataset.photo;
        const path = at(`/photo/${photo}` + (face ? `/${face}` : ""));
        const address = path + window.location.search; // it says in which list the photo stands
        // Whoever is quick has gone on to another page: its address is not ours to change.
        const [, kind, shown] = within(window.location.pathname).split("/");
        if (kind !== "photo" || shown !== photo) return;
        if (window.location.pathname !== path) history.replaceState(history.state, "", address);
    }

    /* Focus the goal as soon as the server's answer is on the page. */
    function focusGoal(face, patience) {
        const field = `.photo-face[data-face="${face}"] .name-input input`;
        const box = `.photo-box[data-face="${goal}"]`;
        const target = document.querySelector(goal === "name" ? field : `${box}:not([data-before])`);
        if (target || !patience) {
            goal = null;
            if (target) target.focus({ preventScroll: true });
        } else {
            setTimeout(() => goal && focusGoal(face, patience - 1), 20);
        }
    }

    /* Go back to a face's box, from which Tab leads on to the next, once it is drawn anew. */
    function goToBox(face) {
        goal = face;
        document.querySelectorAll(".photo-box").forEach((box) => { box.dataset.before = ""; });
    }

    function select(face) {
        // On a touch screen the keyboard would cover the photo.
        goal = face && !isTouch() ? "name" : null;
        tell("photo-face", face);
    }

    function selected() {
        const panel = document.querySelector(".photo-face");
        return panel ? Number(panel.dataset.face) : 0;
    }

    /* Tell whether the list of names is open: then Escape closes that. */
    function isChoosingName() {
        const options = [...document.querySelectorAll('[role="option"]')];
        return options.some((option) => option.getClientRects().length > 0);
    }

    function deselect() {
        const face = selected();
        select(0);
        goToBox(face);
    }

    // -- drawing ------------------------------------------------------------------------------

    function size() {
        return { across: Number(stage().dataset.width), down: Number(stage().dataset.height) };
    }

    function setDrawing(on) {
        if (!stage()) return;
        page().classList.toggle("drawing", on);
        page().classList.remove("waiting");
        document.getElementById("photo-draw").setAttribute("aria-pressed", String(on));
        document.getElementById("photo-hint").textContent = on ? HINT + (isTouch() ? "" : KEYS_HINT) : "";
        start = null;
        if (!on) return;
        const { across, down } = size();
        const side = Math.min(across, down) / 4;
        show({ left: (across - side) / 2, top: (down - side) / 2, width: side, height: side });
        document.getElementById("photo-draft").focus({ preventScroll: true });
    }

    function show(box) {
        const { across, down } = size();
        const share = (part, whole) => `${(100 * part) / whole}%`;
        draft = box;
        Object.assign(document.getElementById("photo-draft").style, {
            left: share(box.left, across),
            top: share(box.top, down),
            width: share(box.width, across),
            height: share(box.height, down),
        });
    }

    function take() {
        const { left, top, width, height } = draft;
        const box = [left, top, width, height].map(Math.round);
        setDrawing(false);
        page().classList.add("waiting"); // the box stays in view until it is a face
        goal = isTouch() ? null : "name";
        tell("photo-drawn", { photo: Number(stage().dataset.photo), box, at: Date.now() });
    }

    /* Return where on the photo the pointer is. */
    function place(event) {
        const area = stage().getBoundingClientRect();
        const { across, down } = size();
        const within = (share) => Math.min(Math.max(share, 0), 1);
        return {
            x: within((event.clientX - area.left) / area.width) * across,
            y: within((event.clientY - area.top) / area.height) * down,
        };
    }

    function between(first, second) {
        return {
            left: Math.min(first.x, second.x),
            top: Math.min(first.y, second.y),
            width: Math.abs(first.x - second.x),
            height: Math.abs(first.y - second.y),
        };
    }

    function onPointerDown(event) {
        if (!page() || event.button !== 0 || !event.target.closest(".photo-stage")) return;
        held = !isDrawing() && (event.ctrlKey || event.metaKey);
        if (held && !document.getElementById("photo-draw").disabled) setDrawing(true);
        if (!isDrawing()) return;
        event.preventDefault();
        stage().setPointerCapture(event.pointerId);
        start = place(event);
    }

    function onPointerMove(event) {
        if (start && isDrawing()) show(between(start, place(event)));
    }

    function onPointerUp(event) {
        if (!start || !isDrawing()) return;
        const box = between(start, place(event));
        start = null;
        if (Math.min(box.width, box.height) >= LEAST_SIDE) take();
        else setDrawing(!held);
    }

    /* Move the drawn box, or resize it, so that it stays on the photo. */
    function nudge(key, resize) {
        const { across, down } = size();
        const step = STEP * Math.min(across, down);
        const x = { ArrowLeft: -step, ArrowRight: step }[key] || 0;
        const y = { ArrowUp: -step, ArrowDown: step }[key] || 0;
        const within = (value, least, most) => Math.min(Math.max(value, least), most);
        const { left, top, width, height } = draft;
        show(
            resize
                ? {
                      left,
                      top,
                      width: within(width + x, LEAST_SIDE, across - left),
                      height: within(height + y, LEAST_SIDE, down - top),
                  }
                : {
                      left: within(left + x, 0, across - width),
                      top: within(top + y, 0, down - height),
                      width,
                      height,
                  },
        );
    }

    function drawingKey(event) {
        if (event.key === "Enter") take();
        else if (event.key === "Escape" || event.key.toLowerCase() === "d") setDrawing(false);
        else if (event.key.startsWith("Arrow")) nudge(event.key, event.shiftKey);
        else return;
        event.preventDefault();
        event.stopPropagation();
    }

    // -- keys and clicks ----------------------------------------------------------------------

    function onKey(event) {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        const key = event.key.toLowerCase();
        const tile = event.target.closest(".face-tile");
        if (tile && key === "o") tile.querySelector(".photo-link").click();
        if (!page() || event.target.closest(".keys-help")) return;
        if (isDrawing()) {
            drawingKey(event);
        } else if (key === "escape") {
            if (!selected()) goBack();
            else if (!isChoosingName()) deselect();
        } else if (!event.target.matches("input, textarea, select, [contenteditable=true]")) {
            const step = { arrowleft: ".photo-previous", arrowright: ".photo-next" }[key];
            const link = step && !selected() && document.querySelector(step);
            if (link) link.click();
            if (key === "d") setDrawing(true);
        }
    }

    function onClick(event) {
        const link = event.target.closest("a.photo-link, a.to-photo");
        if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
            event.preventDefault();
            const [pathname, query] = link.getAttribute("href").split("?");
            const search = query ? `?${query}` : "";
            window.dash_clientside.set_props("url", { pathname, search });
            return;
        }
        if (!page() || !page().contains(event.target)) return;
        const face = event.target.closest(".photo-box, .photo-line");
        if (event.target.closest("#photo-draw")) setDrawing(!isDrawing());
        else if (isDrawing()) return;
        else if (face) select(face.getAttribute("aria-pressed") === "true" ? 0 : Number(face.dataset.face));
        else if (event.target.closest(".photo-close")) deselect();
        else if (event.target.closest(".photo-face button")) goToBox(selected());
        else if (event.target.closest(".photo-stage") && selected()) select(0);
    }

    /* Go back to the list in which the photo stands, to the spot where it stands there. */
    function goBack() {
        const link = document.querySelector(".photo-back");
        if (link && stage()) link.click();
    }

    let wanted = null; // the photo to be found again in its list, and how often more is asked for

    function onLeave(event) {
        const left = /^\/photo\/(\d+)/.exec(within(location.pathname)); // or a video
        if (!event.target.closest(".photo-back") || !left) return;
        wanted = { photo: left[1], tries: 200 };
        findAgain();
    }

    /* Show the photo in its list, once that is there; if need be, ask for more of it. */
    function findAgain() {
        if (!wanted) return;
        const { photo, tries } = wanted;
        const links = [...document.querySelectorAll("a.photo-tile")];
        const link = links.find((one) => within(one.pathname) === `/photo/${photo}`);
        if (link) {
            wanted = null;
            link.focus({ preventScroll: true });
            link.scrollIntoView({ block: "center" });
        } else if (tries) {
            wanted = { photo, tries: tries - 1 };
            const more = links.length && document.querySelector(".more-photos, #search-more");
            if (more && more.offsetParent && tries % 10 === 0) more.click();
            setTimeout(findAgain, 50);
        }
    }

    /* Light up a face on the photo while the pointer, or the focus, is on its line beside it. */
    function onPoint(event) {
        if (!page()) return;
        const line = event.target.closest && event.target.closest(".photo-line");
        document.querySelectorAll(".photo-box").forEach((box) => {
            box.classList.toggle("lit", Boolean(line) && box.dataset.face === line.dataset.face);
        });
    }

    document.addEventListener("keydown", onKey, true);
    document.addEventListener("click", onClick);
    document.addEventListener("click", onLeave, true);
    document.addEventListener("mouseover", onPoint);
    document.addEventListener("focusin", onPoint);
    document.addEventListener("pointerdown", onPointerDown);
    document.addEventListener("pointermove", onPointerMove);
    document.addEventListener("pointerup", onPointerUp);
    document.addEventListener("pointercancel", () => { start = null; });
})();
