/* Plays the plan of a show in the page: its pictures, cross-faded, with their captions. */
(function () {
    "use strict";

    let frames = []; // the title, then the slides: picture, words, seconds
    let at = 0;
    let playing = false;
    let timer = null;
    let turn = 0; // changes whenever another frame is wanted, so that a late picture is not shown

    const player = () => document.querySelector(".show-player");
    const part = (what) => player().querySelector(what);

    /* Play from a slide on; without one, from the title. */
    function play(slide) {
        const title = document.querySelector(".show-titles");
        if (!title) return;
        const all = [...document.querySelectorAll(".show-slide")];
        const words = [...title.querySelectorAll("input")].map((input) => input.value);
        frames = [{ words, seconds: Number(title.dataset.seconds) }, ...all.map(frameOf)];
        player().showModal();
        player().focus(); // not a button, which the key that began the preview would press at once
        run(true);
        go(slide ? all.indexOf(slide) + 1 : 0);
    }

    function frameOf(slide) {
        return {
            photo: slide.dataset.photo,
            picture: slide.dataset.picture,
            face: slide.dataset.face && slide.dataset.face.split(" ").map(Number),
            words: slide.querySelector(".show-caption").value.split("\n").filter((line) => line.trim()),
            seconds: Number(slide.dataset.seconds),
        };
    }

    function go(place) {
        if (place < 0 || place >= frames.length) return;
        at = place;
        turn += 1;
        const [frame, now] = [frames[at], turn];
        clearTimeout(timer);
        part(".player-count").textContent = at ? `${at} of ${frames.length - 1}` : "Title";
        if (!frame.picture) {
            write(part(".player-title"), frame.words);
            show(part(".player-title"));
            wait(frame);
            return;
        }
        const layers = [...player().querySelectorAll(".player-layer")];
        const layer = layers.find((one) => !one.classList.contains("on"));
        const image = layer.querySelector("img");
        image.src = frame.picture;
        image.alt = frame.words.join(", ");
        write(layer.querySelector("figcaption"), frame.words);
        // What cannot be read has a picture that says so; either way the show goes on.
        image.decode().catch(() => null).then(() => {
            if (now !== turn) return;
            fit(image, frame.face);
            layer.classList.toggle("growing", Boolean(frame.face));
            show(layer);
            wait(frame);
        });
    }

    const FACE = { share: 0.4, down: 0.44 }; // height of the face that grows up, and its middle

    /* Lay the face that grows up always at the same place; without one, show the whole photo. */
    function fit(image, face) {
        image.style.transform = "";
        if (!face || !image.naturalWidth) return;
        const [across, down, height] = face;
        const [width, tall] = [image.clientWidth, image.clientHeight];
        const scale = Math.min(width / image.naturalWidth, tall / image.naturalHeight);
        const [shownWidth, shownHeight] = [image.naturalWidth * scale, image.naturalHeight * scale];
        const zoom = (FACE.share * tall) / (height * shownHeight);
        const left = (width - shownWidth) / 2 + across * shownWidth;
        const top = (tall - shownHeight) / 2 + down * shownHeight;
        const move = [width / 2 - zoom * left, FACE.down * tall - zoom * top];
        image.style.transform = `translate(${move[0]}px, ${move[1]}px) scale(${zoom})`;
    }

    function write(element, words) {
        if (element.matches(".player-title")) {
            element.querySelector("h2").textContent = words[0] || "";
            element.querySelector("p").textContent = words[1] || "";
            return;
        }
        element.replaceChildren(...words.map((line) => {
            const row = document.createElement("div");
            row.textContent = line;
            return row;
        }));
    }

    function show(layer) {
        player().querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
        layer.classList.add("on");
    }

    /* Go on after the slide's time; fetch the next picture meanwhile. */
    function wait(frame) {
        const following = frames[at + 1];
        if (following && following.picture) new Image().src = following.picture;
        clearTimeout(timer);
        if (!playing) return;
        timer = setTimeout(() => (following ? go(at + 1) : run(false)), 1000 * frame.seconds);
    }

    function run(yes) {
        playing = yes;
        part(".player-toggle").textContent = yes ? "Pause" : "Play";
        clearTimeout(timer);
    }

    function toggle() {
        const isOver = !playing && at === frames.length - 1;
        run(!playing);
        if (isOver) go(0);
        else if (playing) wait(frames[at]);
    }

    /* Stop, and go back to the slide that was seen last. */
    function onClose() {
        turn += 1;
        run(false);
        const { photo } = frames[at] || {};
        const slide = photo && document.querySelector(`.show-slide[data-photo="${photo}"]`);
        if (slide) slide.focus();
    }

    const STEPS = {
        "player-back": () => go(at - 1),
        "player-on": () => go(at + 1),
        "player-toggle": toggle,
        "player-close": () => player().close(),
    };
    const KEYS = { ArrowLeft: "player-back", ArrowRight: "player-on", " ": "player-toggle" };

    function onKey(event) {
        if (event.defaultPrevented) return; // the key that has just begun the preview
        if (!player() || !player().open || event.ctrlKey || event.metaKey || event.altKey) return;
        const what = KEYS[event.key];
        if (!what || (event.key === " " && event.target.matches("button"))) return;
        event.preventDefault();
        STEPS[what]();
    }

    function onClick(event) {
        const button = event.target.closest(".show-player [data-show]");
        if (button) STEPS[button.dataset.show]();
    }

    window.faceLabelerPlayer = { play };
    document.addEventListener("keydown", onKey);
    document.addEventListener("click", onClick);
    document.addEventListener("close", (event) => {
        if (event.target.matches(".show-player")) onClose();
    }, true);
})();
