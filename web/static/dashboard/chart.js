// The sales of the month as bars; the same figures stand in a table beneath.
(() => {
  let chart = null;
  let drawn = "";
  const ink = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

  const told = () => document.getElementById("figures-of-sales").dataset.sales;

  const draw = () => {
    const canvas = document.getElementById("sales");
    if (!canvas) return;
    drawn = told();
    const { labels, revenue } = JSON.parse(drawn);
    if (chart) chart.destroy();
    chart = new Chart(canvas, {
      type: "bar",
      data: { labels, datasets: [{ label: "Revenue", data: revenue, backgroundColor: ink("--brand"), borderRadius: 4, maxBarThickness: 28 }] },
      options: {
        animation: false, maintainAspectRatio: false,
        plugins: { legend: { display: false } },
        scales: {
          x: { grid: { display: false }, ticks: { color: ink("--soft"), maxRotation: 0, autoSkipPadding: 12 } },
          y: { beginAtZero: true, border: { display: false }, grid: { color: ink("--rule") }, ticks: { color: ink("--soft"), maxTicksLimit: 5, callback: (value) => value.toLocaleString("en") } },
        },
      },
    });
  };

  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("theme", draw);
  document.addEventListener("htmx:finally:request", () => {
    if (document.getElementById("sales") && told() !== drawn) draw();
  });
})();
