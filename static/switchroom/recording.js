/* A line of the transcript plays its recording from there. Without this the line's time opens the recording itself. */
document.addEventListener("click", (event) => {
  const line = event.target.closest("[data-rec]");
  const sound = line && document.querySelector(`#${line.dataset.rec} audio`);
  if (!sound || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const play = () => { sound.currentTime = Number(line.dataset.second); };
  if (sound.readyState) play();
  else sound.addEventListener("loadedmetadata", play, { once: true });
  sound.play().catch(() => {}); // its controls say that it cannot be had
});

/* Somebody who follows a link to a leg wants it open. */
const opened = () => { const leg = location.hash.startsWith("#leg-") && document.querySelector(location.hash); if (leg) leg.open = true; };
addEventListener("hashchange", opened);
opened();
