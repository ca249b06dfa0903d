/* The page Camera: the browser's own camera, one picture on its way at a time, and names over it. */
(function () {
    "use strict";

    const SENT_SIDE = 640; // pixels of the longer side of what is looked at
    const IDLE_AFTER = 2000; // ms without a face, after which fewer pictures are sent
    const IDLE_PAUSE = 150;
    const SLOWEST = 20000; // ms until an answer is not waited for any more
    const LABEL = 40; // pixels above a box that its label needs
    const MOST_SEEN = 50; // lines of the list
    const MIRROR_KEY = "face-labeler-mirror";

    const PROBLEMS = {
        NotAllowedError:
            "The browser does not let this page use the camera. Click the camera in the address " +
            "bar, allow it, and turn the camera on again.",
        NotFoundError: "No camera was found. Plug one in and turn it on again.",
        OverconstrainedError: "That camera is gone. Turn the camera on again.",
        NotReadableError:
            "The camera cannot be used; another program or another tab may be using it. Close it " +
            "there and try again.",
        AbortError: "The camera did not start. Plug it in again, and try once more.",
    };
    const INSECURE =
        "Browsers let a page use the camera only where nobody can listen: at 127.0.0.1, or over " +
        "HTTPS. Open the dashboard on the computer where it runs, or put a proxy with HTTPS before " +
        "it (labeler dashboard --public-address).";

    /* One visit of the page with the camera on; null = it is off. */
    let on = null;
    const tabs = "BroadcastChannel" in window ? new BroadcastChannel("face-labeler-camera") : null;

    function page() {
        return document.querySelector(".page.camera");
    }

    function part(name) {
        const root = page();
        return root && root.querySelector(`.camera-${name}`);
    }

    function say(text) {
        const said = part("said");
        if (said) said.textContent = text;
    }

    function token() {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    function addressOf(visit) {
        return window.faceLabelerAddresses.at(`/camera-pictures/${visit.token}`);
    }

    function isMirrored() {
        return localStorage.getItem(MIRROR_KEY) !== "no";
    }

    function showMirror() {
        const mirrored = isMirrored();
        part("stage").classList.toggle("mirrored", mirrored);
        part("mirror").setAttribute("aria-pressed", String(mirrored));
    }

    function setState(state) {
        const root = page();
        if (root) root.dataset.state = state; // off, starting, on, frozen
        const freeze = part("freeze");
        if (freeze) {
            freeze.textContent = state === "frozen" ? "Go on" : "Freeze";
            freeze.setAttribute("aria-pressed", String(state === "frozen"));
        }
    }

    async function start(device) {
        stop();
        say("");
        if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
            say(INSECURE);
            return;
        }
        const visit = { token: token(), canvases: [], number: 0, seen: new Map(), device };
        on = visit;
        setState("starting");
        try {
            const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
            const which = device ? { deviceId: { exact: device } } : { facingMode: "user" };
            visit.stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...which } });
        } catch (error) {
            if (on === visit) stop(PROBLEMS[error.name] || `The camera did not start (${error.name}).`);
            return;
        }
        if (on !== visit || !page()) {
            release(visit);
            return;
        }
        if (tabs) tabs.postMessage(visit.token);
        const [track] = visit.stream.getVideoTracks();
        track.addEventListener("ended", () => {
            if (on === visit) stop("The camera was unplugged, or taken away by the browser.");
        });
        const video = part("video");
        video.muted = true;
        video.setAttribute("playsinline", ""); // or a phone shows it alone on the screen
        video.srcObject = visit.stream;
        await video.play().catch(() => {});
        setState("on");
        showMirror();
        offerCameras(visit, track);
        look(visit);
    }

    function release(visit) {
        if (visit.stream) visit.stream.getTracks().forEach((track) => track.stop());
        fetch(addressOf(visit), { method: "DELETE", keepalive: true }).catch(() => {});
    }

    function stop(why = "") {
        if (on) release(on);
        on = null;
        if (!page()) return;
        part("video").srcObject = null;
        part("boxes").replaceChildren();
        choose(null);
        setState("off");
        say(why);
    }

    /* Offer the cameras to choose among, if there are several. */
    async function offerCameras(visit, track) {
        const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
        const cameras = all.filter(({ kind }) => kind === "videoinput");
        const place = part("choice");
        if (on !== visit || !place) return;
        place.replaceChildren();
        if (cameras.length < 2) return;
        const used = track.getSettings().deviceId;
        const list = document.createElement("select");
        list.setAttribute("aria-label", "Camera");
        cameras.forEach(({ deviceId, label }, number) => {
            const option = new Option(label || `Camera ${number + 1}`, deviceId);
            option.selected = deviceId === used;
            list.append(option);
        });
        list.addEventListener("change", () => start(list.value));
        place.append(list);
    }

    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

    /* Send one picture after the other, each when the answer to the one before is there. */
    async function look(visit) {
        let lastFace = performance.now();
        while (on === visit) {
            await nextFrame();
            if (on !== visit) return;
            if (!page()) {
                stop(); // the user has gone to another page
                return;
            }
            if (page().dataset.state !== "on") continue;
            const taken = await capture(visit);
            if (!taken || on !== visit) continue;
            const answer = await ask(visit, taken.blob);
            if (on !== visit) return;
            if (!answer) {
                stop("The program does not answer; is it still running?");
                return;
            }
            visit.last = { canvas: taken.canvas, faces: answer.faces };
            if (page() && page().dataset.state === "on") show(visit, answer);
            if (answer.faces.length) lastFace = performance.now();
            else if (performance.now() - lastFace > IDLE_AFTER) await pause(IDLE_PAUSE);
        }
    }

    /* Return the whole picture on a canvas, and a smaller one as a JPEG. */
    async function capture(visit) {
        const video = part("video");
        if (!video || !video.videoWidth || video.readyState < 2) return null;
        visit.number = 1 - visit.number; // the one before may be what is frozen
        const canvas = canvasOf(visit, visit.number, video.videoWidth, video.videoHeight);
        const ratio = String(canvas.width / canvas.height); // a phone may have been turned
        part("picture").style.setProperty("--ratio", ratio);
        canvas.getContext("2d").drawImage(video, 0, 0);
        const scale = Math.min(SENT_SIDE / Math.max(canvas.width, canvas.height), 1);
        const size = [canvas.width * scale, canvas.height * scale].map(Math.round);
        const small = canvasOf(visit, 2, ...size);
        small.getContext("2d").drawImage(canvas, 0, 0, ...size);
        const blob = await new Promise((resolve) => small.toBlob(resolve, "image/jpeg", 0.85));
        return blob && { canvas, blob };
    }

    function canvasOf(visit, number, width, height) {
        const canvas = visit.canvases[number] || document.createElement("canvas");
        visit.canvases[number] = canvas;
        if (canvas.width !== width) canvas.width = width;
        if (canvas.height !== height) canvas.height = height;
        return canvas;
    }

    async function ask(visit, blob) {
        const signal = AbortSignal.timeout(SLOWEST);
        const answer = await fetch(addressOf(visit), { method: "POST", body: blob, signal }).catch(() => null);
        return answer && answer.ok ? answer.json().catch(() => null) : null;
    }

    function show(visit, { faces, events, trouble }) {
        say(trouble);
        drawBoxes(faces);
        events.forEach((event) => note(visit, event));
    }

    /* Draw the boxes; those of a face that is followed glide to where it is now. */
    function drawBoxes(faces) {
        const place = part("boxes");
        const before = new Map([...place.children].map((box) => [box.dataset.track, box]));
        const mirrored = isMirrored();
        faces.forEach(({ track, box, person, words }) => {
            const one = before.get(String(track)) || newBox(place, track);
            before.delete(String(track));
            const [left, top, width, height] = box;
            const edges = { left: mirrored ? 1 - left - width : left, top, width, height };
            Object.entries(edges).forEach(([edge, share]) => {
                one.style[edge] = `${(100 * share).toFixed(2)}%`;
            });
            one.classList.toggle("known", Boolean(person));
            // Its label must not be outside.
            one.classList.toggle("low", top * place.clientHeight < LABEL);
            one.classList.toggle("left", edges.left + width / 2 < 0.3);
            one.classList.toggle("right", edges.left + width / 2 > 0.7);
            const [name, sure] = one.querySelector(".camera-label").children;
            name.textContent = person || "unknown";
            sure.textContent = words;
        });
        before.forEach((box) => box.remove());
    }

    function newBox(place, track) {
        const box = document.createElement("button");
        box.type = "button";
        box.className = "camera-box";
        box.dataset.track = track;
        const label = document.createElement("span");
        label.className = "camera-label";
        label.append(document.createElement("b"), document.createElement("small"));
        box.append(label);
        place.append(box);
        return box;
    }

    /* Note in the list who came and who left. */
    function note(visit, { kind, person, ago }) {
        const list = part("seen");
        const at = new Date(Date.now() - 1000 * ago);
        const time = at.toLocaleTimeString("en-GB"); // as the other pages write it
        if (kind === "left") {
            const line = visit.seen.get(person);
            if (line) line.querySelector("time").append(` – ${time}`);
            if (line) line.classList.remove("here");
            visit.seen.delete(person);
            return;
        }
        const line = document.createElement("li");
        line.className = "here";
        const name = document.createElement("span");
        name.textContent = person || "somebody unknown";
        const when = document.createElement("time");
        when.textContent = time;
        line.append(name, when);
        list.prepend(line);
        visit.seen.set(person, line);
        while (list.children.length > MOST_SEEN) list.lastChild.remove();
    }

    function freeze() {
        if (!on || !on.last) return;
        const still = part("still");
        const { canvas, faces } = on.last;
        still.width = canvas.width;
        still.height = canvas.height;
        still.getContext("2d").drawImage(canvas, 0, 0);
        on.frozen = { faces, picture: still.toDataURL("image/jpeg", 0.92) };
        setState("frozen");
        drawBoxes(faces);
        if (faces.length === 1) pick(faces[0].track);
        else say(faces.length ? "Click the face that you want to name." : "No face is in this picture.");
    }

    function goOn() {
        if (!on) return;
        on.frozen = null;
        choose(null);
        say("");
        setState("on");
    }

    /* Choose a face of the frozen picture to be named. */
    function pick(track) {
        if (!on || !on.frozen) return;
        const face = on.frozen.faces.find((one) => one.track === Number(track));
        if (!face) return;
        page().querySelectorAll(".camera-box").forEach((box) => {
            box.classList.toggle("chosen", box.dataset.track === String(track));
        });
        say("");
        choose({ picture: on.frozen.picture, box: face.box });
        const phone = window.dash_clientside.faceLabeler.isTouch();
        if (!phone) setTimeout(() => part("aside").querySelector("input").focus(), 50);
    }

    function choose(data) {
        window.dash_clientside.set_props("camera-chosen", { data });
        if (!data && page()) {
            window.dash_clientside.set_props("camera-person", { value: "" });
            page().querySelectorAll(".camera-box.chosen").forEach((b) => b.classList.remove("chosen"));
        }
    }

    function onClick(event) {
        const button = event.target.closest("button");
        if (!button || !page()) return;
        if (button.matches(".camera-start")) start();
        if (button.matches(".camera-stop")) stop();
        if (button.matches(".camera-freeze")) page().dataset.state === "frozen" ? goOn() : freeze();
        if (button.matches(".camera-box")) pick(button.dataset.track);
        if (button.matches(".camera-mirror")) {
            localStorage.setItem(MIRROR_KEY, isMirrored() ? "no" : "yes");
            showMirror();
            if (on && on.last) drawBoxes(on.last.faces);
        }
        if (button.id === "camera-name" && on && on.frozen) say("Keeping the picture …");
    }

    document.addEventListener("click", onClick);
    window.addEventListener("pagehide", () => stop());
    if (tabs) {
        tabs.addEventListener("message", () => {
            if (on) stop("The camera goes on in another tab; it is off here.");
        });
    }

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.camera = {
        /* Go on when the picture was kept; what could not be is shown as it was. */
        kept(answer) {
            say("");
            if (!answer || answer.failed) return window.dash_clientside.no_update;
            goOn();
            return null;
        },
        isUnchosen: (chosen) => !chosen,
    };
})();
