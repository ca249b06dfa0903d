/* Photos that are dropped, chosen or pasted go to the server; their tokens into the page's store. */
(function () {
    "use strict";

    const held = new WeakMap(); // the tokens of each place to drop photos
    const all = new Set(); // tokens that the server holds for this tab
    let busy = Promise.resolve();
    let input = null; // held while the computer's own window is open, or some browsers forget it

    const at = (path) => window.faceLabelerAddresses.at(path);

    function zoneOf() {
        return document.querySelector(".drop-zone");
    }

    function say(zone, text) {
        zone.querySelector(".drop-said").textContent = text;
    }

    function tell(zone, tokens) {
        held.set(zone, tokens);
        if (zone.isConnected) window.dash_clientside.set_props(zone.dataset.store, { data: tokens });
    }

    function forget(token) {
        all.delete(token);
        fetch(at(`/uploads/${token}`), { method: "DELETE", keepalive: true }).catch(() => {});
    }

    /* Hand one photo to the server; return its token, or throw why it is not taken. */
    async function send(zone, file) {
        if (file.size > Number(zone.dataset.most)) {
            throw new Error(zone.dataset.large.replace("NAME", () => file.name));
        }
        const where = at(`/uploads?name=${encodeURIComponent(file.name)}`);
        const answer = await fetch(where, { method: "POST", body: file }).catch(() => null);
        if (!answer || !answer.ok) {
            throw new Error(`${file.name} did not reach the program; is it still running?`);
        }
        const { token, refused } = await answer.json();
        if (refused) throw new Error(refused);
        all.add(token);
        return token;
    }

    async function take(zone, files) {
        const many = zone.dataset.many === "yes";
        const chosen = many ? files : files.slice(0, 1);
        const troubles = [];
        if (files.length > chosen.length) troubles.push("Only the first photo was taken.");
        say(zone, "Looking …");
        for (const file of chosen) {
            try {
                const token = await send(zone, file);
                const before = held.get(zone) || [];
                if (!zone.isConnected) forget(token); // the user has left the page meanwhile
                else if (many) held.set(zone, [...before, token]);
                else {
                    before.forEach(forget);
                    held.set(zone, [token]);
                }
            } catch (error) {
                troubles.push(error.message);
            }
        }
        say(zone, troubles.join(" "));
        tell(zone, held.get(zone) || []);
    }

    function offer(files) {
        const zone = zoneOf();
        if (!zone || !files.length) return;
        busy = busy.then(() => take(zone, [...files]));
    }

    function choose(zone) {
        input = document.createElement("input");
        input.type = "file";
        input.accept = "image/*,.heic,.heif,.avif,.dng,.cr2,.cr3,.nef,.arw,.orf,.rw2,.raf";
        input.multiple = zone.dataset.many === "yes";
        input.addEventListener("change", (event) => offer(event.target.files));
        input.click();
    }

    function onClick(event) {
        const button = event.target.closest("button");
        const zone = zoneOf();
        if (!button || !zone) return;
        if (button.matches(".drop-choose")) choose(zone);
        if (button.dataset.forget) {
            forget(button.dataset.forget);
            tell(zone, (held.get(zone) || []).filter((token) => token !== button.dataset.forget));
            zone.querySelector(".drop-choose").focus(); // the button that was pressed goes away
        }
    }

    function onDrag(event) {
        const zone = zoneOf();
        if (!zone || !event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault(); // or the browser would leave the page to show the photo
        zone.classList.toggle("over", event.type === "dragover");
        if (event.type === "drop") offer(event.dataTransfer.files);
    }

    function onPaste(event) {
        if (event.clipboardData) offer(event.clipboardData.files);
    }

    document.addEventListener("click", onClick);
    ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, onDrag));
    document.addEventListener("paste", onPaste);
    window.addEventListener("pagehide", () => [...all].forEach(forget));

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.uploads = {
        /* What was dropped on a page is forgotten when another page is shown. */
        leave() {
            [...all].forEach(forget);
            return window.dash_clientside.no_update;
        },
    };
})();
