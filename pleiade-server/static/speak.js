// Reads a part of the page aloud, with a voice of the browser. Where there is none the button stays hidden; the words are on the page anyway.

const button = document.querySelector("[data-speak]");
const speech = window.speechSynthesis;

if (button && speech) {
  const label = button.textContent;
  const part = document.getElementById(button.dataset.speak);
  const rest = () => { button.textContent = label; };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (speech.speaking) {
      speech.cancel();
      return rest();
    }
    const said = new SpeechSynthesisUtterance(part.innerText);
    said.lang = part.lang;
    said.addEventListener("end", rest);
    said.addEventListener("error", rest);
    speech.speak(said);
    button.textContent = button.dataset.stop;
  });
  addEventListener("pagehide", () => speech.cancel());
}
