"""The page around the pictures of a web show: style, script and buttons. No data is in here.

HEAD holds the placeholder {title}, MUSIC holds {sound} (an address), END holds {crossfade}
(seconds). Between HEAD and END come MUSIC, if there is any, and the slides: elements of class
`slide`, with `data-seconds`, and on photos `data-head`, the part that must stay in sight: left,
top, right, bottom as fractions of the photo.
"""

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 media-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
* { box-sizing: border-box; margin: 0; }
html, body { height: 100%; overflow: hidden; background: #101114; color: #fff;
  font: 400 16px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
#show { position: fixed; inset: 0; overflow: hidden; touch-action: none; user-select: none; }
#show.idle { cursor: none; }
.slide { position: absolute; inset: 0; overflow: hidden; opacity: 0; background: #101114;
  transition: opacity var(--crossfade, 1s) ease-in-out; }
.slide[hidden] { display: none; }
.slide.leaving { opacity: 1; transition: none; }
.slide.on { opacity: 1; z-index: 1; }
.fill { position: absolute; inset: -8%; background-size: cover; background-position: center;
  filter: blur(28px) brightness(.5); }
.title .fill { filter: blur(28px) brightness(.42); }
.photo { position: absolute; left: 0; top: 0; width: 100%; height: 100%; object-fit: contain;
  box-shadow: 0 0 60px rgba(0, 0, 0, .5); -webkit-user-drag: none;
  animation: approach var(--life, 5s) linear both; }
.slide:nth-child(odd) .photo { animation-direction: reverse; }
.paused .photo { animation-play-state: paused; }
@keyframes approach { to { transform: scale(var(--zoom, 1)); } }
figcaption { position: absolute; left: 0; right: 0; bottom: 0; overflow-wrap: anywhere;
  padding: 5rem max(3vw, 20px) max(34px, 4.5vh);
  background: linear-gradient(transparent, rgba(0, 0, 0, .4) 45%, rgba(0, 0, 0, .78));
  text-shadow: 0 1px 3px rgba(0, 0, 0, .6); }
figcaption b { display: block; font-weight: 500; font-size: clamp(19px, 1.1vw + 12px, 34px);
  line-height: 1.25; text-wrap: balance; }
figcaption span { display: block; margin-top: .25em; color: #dedee2;
  font-size: clamp(15px, .6vw + 10px, 22px); }
figcaption.centred { text-align: center; }
.centred b { font-size: clamp(30px, 6vmin, 64px); }
.card { position: absolute; inset: 0; display: flex; flex-direction: column; gap: 2.2vh;
  align-items: center; justify-content: center; text-align: center; padding: 5vw; }
.faces { display: flex; flex-wrap: wrap; justify-content: center; gap: 2.5vmin; }
.card img { width: min(40vh, 56vw, 84vw / var(--faces, 1)); aspect-ratio: 1; border-radius: 50%;
  border: 3px solid #fff; box-shadow: 0 12px 48px rgba(0, 0, 0, .45); }
.card h1 { font-weight: 400; font-size: clamp(34px, 8.5vmin, 110px); line-height: 1.15;
  overflow-wrap: anywhere; }
.card p { color: #dedee2; font-size: clamp(16px, 3.2vmin, 34px); }
#controls { position: absolute; z-index: 3; top: max(14px, env(safe-area-inset-top)); right: 14px;
  display: flex; align-items: center; gap: 2px; padding: 4px 6px; border-radius: 999px;
  background: rgba(12, 12, 15, .62); transition: opacity .3s; }
.idle #controls:not(:focus-within) { opacity: 0; }
#count { padding: 0 10px; font-size: 14px; color: #dedee2; font-variant-numeric: tabular-nums; }
#count:empty { display: none; }
#controls button { width: 44px; height: 44px; border: 0; border-radius: 50%; background: none;
  color: #fff; cursor: pointer; }
#controls button:hover { background: rgba(255, 255, 255, .16); }
#controls button:focus-visible { outline: 2px solid #fff; outline-offset: -3px; }
#controls svg { width: 22px; height: 22px; fill: currentColor; vertical-align: middle; }
#sound[aria-pressed="false"] .loud { display: none; }
#sound[hidden] { display: none; }
.paused .pause, #show:not(.paused) .play { display: none; }
#bar { position: absolute; z-index: 3; left: 0; right: 0; bottom: 0; height: 4px;
  background: rgba(255, 255, 255, .22); }
#bar i { display: block; height: 100%; background: #fff; transform-origin: left;
  transform: scaleX(0); }
@media (prefers-reduced-motion: reduce) {
  .slide, #controls { transition: none; }
  .photo { animation: none; }
}
</style>
<noscript><style>
html, body { overflow: auto; }
#show { position: static; }
.slide { position: relative; height: 100vh; opacity: 1; }
.photo { animation: none; }
#controls, #bar { display: none; }
</style></noscript>
</head>
<body>
<main id="show" aria-roledescription="slideshow" aria-label="{title}">
"""

MUSIC = """<audio id="music" preload="auto" src="{sound}"></audio>
"""

END = """<div id="controls">
<span id="count"></span>
<button id="sound" aria-label="Music" aria-pressed="true" hidden><svg viewBox="0 0 24 24"
><path d="M4 9.5v5h3.5L12 19V5L7.5 9.5z"/><path class="loud"
d="M14.5 8.5a5 5 0 0 1 0 7v-2.2a3 3 0 0 0 0-2.6z"/><path class="loud"
d="M14.5 4a9 9 0 0 1 0 16v-2.1a7 7 0 0 0 0-11.8z"/></svg></button>
<button id="back" aria-label="Previous photo"><svg viewBox="0 0 24 24"
><path d="M15.5 4.5 17 6l-6 6 6 6-1.5 1.5L8 12z"/></svg></button>
<button id="toggle" aria-label="Play or pause"><svg viewBox="0 0 24 24"
><path class="pause" d="M7 5h3.5v14H7zM13.5 5H17v14h-3.5z"/><path class="play" d="M8 5v14l11-7z"
/></svg></button>
<button id="next" aria-label="Next photo"><svg viewBox="0 0 24 24"
><path d="M8.5 4.5 7 6l6 6-6 6 1.5 1.5L16 12z"/></svg></button>
<button id="full" aria-label="Full screen"><svg viewBox="0 0 24 24"
><path d="M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z"/></svg></button>
</div>
<div id="bar"><i></i></div>
</main>
<script>
"use strict";
const CROSSFADE = {crossfade}, ZOOM = 1.1, LEAST_KEPT = 0.7;
const byId = (id) => document.getElementById(id);
const show = byId("show"), bar = document.querySelector("#bar i");
const slides = [...document.querySelectorAll(".slide")];
const step = (slide) => Number(slide.dataset.seconds) - CROSSFADE;
const total = slides.reduce((sum, slide) => sum + step(slide), 0);
const clamp = (value, least, most) => Math.max(least, Math.min(value, most));
const music = byId("music"), sound = byId("sound");
let now = -1, elapsed = 0, playing = true, before = null, idle = 0, hiding = 0;

// Fill the screen if most of the photo and all of the head stay in sight; else show it whole.
function fit(slide) {
  const photo = slide.querySelector(".photo");
  if (!photo) return;
  const screen = [show.clientWidth, show.clientHeight];
  const size = [Number(photo.getAttribute("width")), Number(photo.getAttribute("height"))];
  const head = slide.dataset.head.split(" ").map(Number);
  const ratios = [screen[0] / size[0], screen[1] / size[1]];
  const kept = Math.min(...ratios) / Math.max(...ratios);
  const fills = kept >= LEAST_KEPT
    && [0, 1].every((a) => (head[a + 2] - head[a]) * size[a] * Math.max(...ratios) <= screen[a]);
  const scale = fills ? Math.max(...ratios) : Math.min(...ratios);
  let zoom = ZOOM;
  const places = [0, 1].map((a) => {
    const length = size[a] * scale, middle = (head[a] + head[a + 2]) / 2;
    const start = length > screen[a]
      ? clamp(screen[a] / 2 - middle * length, screen[a] - length, 0)
      : (screen[a] - length) / 2;
    const first = start + head[a] * length, last = start + head[a + 2] * length;
    const room = screen[a] - (last - first);
    zoom = Math.min(zoom, Math.max(screen[a] / (last - first), 1));
    // This point stays where it is: margins on both sides of the head shrink in proportion.
    const fixed = room > 0 ? first / room * screen[a] : screen[a] / 2;
    return { start, length, origin: fixed - start };
  });
  photo.style.left = places[0].start + "px";
  photo.style.top = places[1].start + "px";
  photo.style.width = places[0].length + "px";
  photo.style.height = places[1].length + "px";
  photo.style.transformOrigin = places[0].origin + "px " + places[1].origin + "px";
  photo.style.setProperty("--zoom", zoom);
  photo.style.setProperty("--life", slide.dataset.seconds + "s");
}

function go(to, by = true) {
  to = clamp(to, 0, slides.length - 1);
  elapsed = 0;
  if (to === now) { tune(true); return draw(); }
  const old = slides[now], slide = slides[to];
  clearTimeout(hiding);
  slides.forEach((other) => {
    other.classList.remove("on", "leaving");
    other.hidden = other !== old && other !== slide;
  });
  if (old) old.classList.add("leaving");
  fit(slide);
  slide.getBoundingClientRect(); // begin the fade from 0
  slide.classList.add("on");
  hiding = setTimeout(() => { if (old) { old.classList.remove("leaving"); old.hidden = true; } },
    CROSSFADE * 1000 + 100);
  now = to;
  tune(by);
  const coming = slides[now + 1] && slides[now + 1].querySelector(".photo");
  if (coming) coming.decode().catch(() => {});
  draw();
}

// Where the show is, in seconds from its begin.
function moment() {
  return slides.slice(0, now).reduce((sum, slide) => sum + step(slide), 0) + elapsed;
}

// Bring the music to where the show is. Browsers may want a click or a key before they let it play.
function tune(jumped) {
  if (!music) return;
  const wanted = moment();
  if (jumped || Math.abs(music.currentTime - wanted) > 0.5) music.currentTime = wanted;
  if (!playing || music.muted) music.pause();
  else if (music.paused && wanted < music.duration - 0.1) music.play().catch(() => {});
}

function play(yes) {
  if (yes && now === slides.length - 1 && elapsed >= step(slides[now])) go(0);
  playing = yes;
  show.classList.toggle("paused", !playing);
  show.setAttribute("aria-live", playing ? "off" : "polite");
  tune(false);
}

function draw() {
  bar.style.transform = "scaleX(" + Math.min(moment() / total, 1) + ")";
  byId("count").textContent = now ? now + " / " + (slides.length - 1) : "";
}

function tick(time) {
  if (playing && before !== null) {
    elapsed += Math.min((time - before) / 1000, 0.25); // a tab in the background stands still
    if (elapsed >= step(slides[now])) {
      if (now < slides.length - 1) go(now + 1, false);
      else play(false);
    }
    draw();
  }
  before = time;
  requestAnimationFrame(tick);
}

function awake() {
  show.classList.remove("idle");
  clearTimeout(idle);
  idle = setTimeout(() => show.classList.add("idle"), 2500);
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (show.requestFullscreen) show.requestFullscreen().catch(() => {});
}

const KEYS = {
  " ": () => play(!playing), ArrowLeft: () => go(now - 1), ArrowRight: () => go(now + 1),
  Home: () => go(0), End: () => go(slides.length - 1), f: fullScreen,
};
addEventListener("keydown", (event) => {
  const onButton = event.target instanceof HTMLButtonElement && event.key === " ";
  if (!KEYS[event.key] || onButton || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  awake();
  KEYS[event.key]();
});

let down = null;
show.addEventListener("pointermove", awake);
show.addEventListener("pointerdown", (event) => {
  down = event.isPrimary && event.button === 0 && !event.target.closest("#controls")
    ? event.clientX : null;
});
show.addEventListener("pointerup", (event) => {
  if (down === null) return;
  const moved = event.clientX - down, place = event.clientX / show.clientWidth;
  down = null;
  awake();
  if (Math.abs(moved) > 40) go(now + (moved < 0 ? 1 : -1));
  else if (place < 0.25) go(now - 1);
  else if (place > 0.75) go(now + 1);
  else play(!playing);
});
show.addEventListener("dragstart", (event) => event.preventDefault());
byId("back").onclick = () => go(now - 1);
byId("next").onclick = () => go(now + 1);
byId("toggle").onclick = () => play(!playing);
byId("full").onclick = fullScreen;
if (music) {
  sound.hidden = false;
  sound.onclick = () => {
    music.muted = !music.muted;
    sound.setAttribute("aria-pressed", String(!music.muted));
    tune(true);
  };
  for (const kind of ["pointerup", "keydown"]) addEventListener(kind, () => tune(false));
}
addEventListener("resize", () => slides.forEach((slide) => { if (!slide.hidden) fit(slide); }));

document.documentElement.style.setProperty("--crossfade", CROSSFADE + "s");
go(Number(location.hash.slice(1)) || 0);
play(true);
awake();
requestAnimationFrame(tick);
</script>
</body>
</html>
"""
