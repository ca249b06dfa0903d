/* The page of a video: where the player stands, whose scenes it plays, and the keys. */
(function () {
    "use strict";

    const NEAR = 0.05; // seconds: no player stops at a time exactly

    let scenes = null; // the only stretches to be played, [start, end] each; null = everything
    const chosen = new Set(); // the lanes of those who are ticked
    let mode = ""; // "any" or "all" of those who are ticked; "" = everything

    const page = () => document.querySelector(".video-page");
    const player = () => document.getElementById("video-player");
    const said = () => document.getElementById("video-said");
    const seconds = () => Number(document.querySelector(".axis")?.dataset.seconds) || 0;
    const ticked = () => [...document.querySelectorAll('.lane-choose[aria-pressed="true"]')];

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.faceLabelerVideo = {
        /* The page is there: put the player to the time that the address asks for. */
        begin(start) {
            mode = "";
            scenes = null;
            chosen.clear();
            const video = player();
            if (!video) return window.dash_clientside.no_update;
            video.setAttribute("playsinline", "");
            if (start && start.at !== null) goTo(start.at, start.plays);
            return window.dash_clientside.no_update;
        },

        /* The lanes are drawn, or drawn anew after a decision: whoever was ticked still is. */
        settle() {
            setTimeout(() => {
                document.querySelectorAll(".lane-choose").forEach((button) => {
                    button.setAttribute("aria-pressed", String(chosen.has(laneOf(button))));
                });
                if (mode) scenes = wanted(mode);
                if (mode && !(scenes && scenes.length)) mode = "";
                if (!mode) scenes = null;
                showChoice();
                if (player()) moveNow(player());
            });
            return window.dash_clientside.no_update;
        },
    };

    /* Put the player to a time, as soon as it knows how long the video is. */
    function goTo(time, plays) {
        const video = player();
        if (!video) return;
        const go = () => {
            video.currentTime = time;
            if (plays) video.play().catch(() => {}); // the browser wants a click first
        };
        if (video.readyState >= HTMLMediaElement.HAVE_METADATA) go();
        else video.addEventListener("loadedmetadata", go, { once: true });
        if (plays) video.scrollIntoView({ block: "nearest" });
    }

    function toggle() {
        const video = player();
        if (!video) return;
        if (video.paused) video.play().catch(() => {});
        else video.pause();
    }

    // -- scenes -------------------------------------------------------------------------------

    const laneOf = (button) => button.closest(".lane").dataset.lane;

    function spansOf(button) {
        const spans = button.closest(".lane").dataset.spans.split(" ").filter(Boolean);
        return spans.map((span) => span.split("-").map(Number));
    }

    function union(spans) {
        const found = [];
        for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
            const last = found[found.length - 1];
            if (last && start <= last[1]) last[1] = Math.max(last[1], end);
            else found.push([start, end]);
        }
        return found;
    }

    function intersection(some, others) {
        const found = [];
        for (const [start, end] of some) {
            for (const [from, to] of others) {
                if (Math.max(start, from) < Math.min(end, to)) {
                    found.push([Math.max(start, from), Math.min(end, to)]);
                }
            }
        }
        return found;
    }

    function wanted(how) {
        const each = ticked().map(spansOf);
        if (!how || !each.length) return null;
        return how === "all" ? each.reduce(intersection) : union(each.flat());
    }

    /* Play as a button says: the scenes of those who are ticked, or everything again. */
    function choose(how) {
        mode = how;
        scenes = wanted(how);
        showChoice();
        const video = player();
        if (scenes && scenes.length && video) {
            const inside = scenes.some(([start, end]) => video.currentTime >= start && video.currentTime < end);
            goTo(inside ? video.currentTime : scenes[0][0], true);
        }
    }

    /* Tell what will be played, and which of the buttons make sense. */
    function showChoice() {
        const box = document.querySelector(".scenes-choice");
        if (!box) return;
        const number = ticked().length;
        const together = number > 1 ? wanted("all") : [];
        const hint = box.querySelector(".scenes-hint");
        for (const button of box.querySelectorAll(".scenes-button")) {
            const how = button.dataset.scenes;
            button.hidden = how === "" ? !mode : !number || (how === "all" && number < 2);
            button.disabled = how === "all" && !together.length;
            button.setAttribute("aria-pressed", String(Boolean(how) && how === mode));
        }
        const length = (scenes || []).reduce((sum, [start, end]) => sum + end - start, 0);
        hint.textContent = mode
            ? `${scenes.length} ${scenes.length === 1 ? "scene" : "scenes"}, ${Math.round(length)} s`
            : number > 1 && !together.length
              ? "Never on screen together"
              : number
                ? ""
                : "Tick people to play only their scenes";
        markScenes();
    }

    /* Shade on the axis what will not be played. */
    function markScenes() {
        const marks = document.querySelector(".axis-marks");
        if (!marks) return;
        marks.querySelectorAll(".axis-scene").forEach((one) => one.remove());
        for (const [start, end] of scenes || []) {
            const mark = document.createElement("i");
            mark.className = "axis-scene";
            mark.style.left = `${(100 * start) / seconds()}%`;
            mark.style.width = `${(100 * (end - start)) / seconds()}%`;
            marks.append(mark);
        }
    }

    /* Go from the end of a scene to the next one; after the last, stop. */
    function keepToScenes(video) {
        if (!scenes || !scenes.length || video.paused || video.seeking) return;
        const now = video.currentTime;
        if (scenes.some(([start, end]) => now >= start - NEAR && now < end)) return;
        const next = scenes.find(([start]) => start > now);
        if (next) video.currentTime = next[0];
        else video.pause();
    }

    function onTime(event) {
        if (event.target !== player() || !page()) return;
        keepToScenes(event.target);
        moveNow(event.target);
    }

    /* Mark on all lanes where the player stands. */
    function moveNow(video) {
        const lanes = document.querySelector(".lanes");
        const whole = seconds();
        if (lanes && whole) {
            lanes.style.setProperty("--now", Math.min(video.currentTime / whole, 1).toFixed(5));
            lanes.classList.add("has-now");
        }
    }

    /* From the end of the last scene, play means the first one again. */
    function onPlay(event) {
        if (event.target !== player() || !scenes || !scenes.length) return;
        const now = event.target.currentTime;
        if (now >= scenes[scenes.length - 1][1] - NEAR) event.target.currentTime = scenes[0][0];
    }

    // -- what cannot be played ----------------------------------------------------------------

    async function onError(event) {
        if (event.target !== player()) return;
        const there = await fetch(event.target.src, { method: "HEAD" }).then((r) => r.ok, () => true);
        tell(
            there
                ? "This browser cannot play the video: it does not know its format. " +
                      `Open the file in another program: ${event.target.parentNode.dataset.path}`
                : "The file is not there just now; nothing is lost.",
        );
    }

    /* Of some formats browsers play the sound alone. */
    function onKnown(event) {
        if (event.target === player() && !event.target.videoWidth) onError(event);
    }

    function tell(text) {
        const video = player();
        if (!video || !said()) return;
        said().textContent = text;
        video.removeAttribute("controls");
    }

    // -- keys and clicks ----------------------------------------------------------------------

    function onKey(event) {
        if (!page() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        const at = event.target;
        if (at.matches("input, textarea, select, [contenteditable=true]")) return;
        if (at.closest(".keys-help") || at === player()) return; // the player has keys of its own
        if (event.key === " " && (at.matches(".stretch") || !at.closest("button, a"))) {
            event.preventDefault();
            toggle();
        }
        const ways = { ArrowLeft: ".photo-previous", ArrowRight: ".photo-next", Escape: ".photo-back" };
        const step = ways[event.key];
        const link = step && page().querySelector(step);
        if (link) link.click();
    }

    function onClick(event) {
        if (!page() || !page().contains(event.target)) return;
        const stretch = event.target.closest(".stretch");
        const track = event.target.closest(".lane-track");
        const portrait = event.target.closest(".lane-choose");
        const scenesButton = event.target.closest(".scenes-button");
        if (stretch) {
            goTo(Number(stretch.dataset.start), true);
        } else if (track) {
            const area = track.getBoundingClientRect();
            goTo((seconds() * (event.clientX - area.left)) / area.width, false);
        } else if (portrait) {
            const on = portrait.getAttribute("aria-pressed") !== "true";
            portrait.setAttribute("aria-pressed", String(on));
            chosen[on ? "add" : "delete"](laneOf(portrait));
            if (mode) scenes = wanted(mode);
            if (mode && !(scenes && scenes.length)) choose("");
            else showChoice();
        } else if (scenesButton) {
            choose(scenesButton.dataset.scenes);
        }
    }

    document.addEventListener("keydown", onKey);
    document.addEventListener("click", onClick);
    // These do not bubble.
    document.addEventListener("timeupdate", onTime, true);
    document.addEventListener("seeked", onTime, true);
    document.addEventListener("play", onPlay, true);
    document.addEventListener("error", onError, true);
    document.addEventListener("loadedmetadata", onKnown, true);
})();
