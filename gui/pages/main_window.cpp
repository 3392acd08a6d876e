#include "gui/pages/main_window.h"

#include <QCloseEvent>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QScreen>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "gui/models/run_messages.h"
#include "gui/pages/batch_depth_page.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/command_palette.h"
#include "gui/pages/commands.h"
#include "gui/pages/compare_page.h"
#include "gui/pages/diagnose_page.h"
#include "gui/pages/elided_label.h"
#include "gui/pages/explore_page.h"
#include "gui/pages/look.h"
#include "gui/pages/report_page.h"
#include "gui/pages/setup_panel.h"
#include "gui/pages/start_page.h"
#include "gui/pages/top_bar.h"

namespace remat {

namespace {

/// Before anybody chose one: not larger than the screen, of which the frame takes some.
QSize firstSize() {
  constexpr QSize wanted(1440, 900), frame(8, 48);
  const QScreen* screen = QGuiApplication::primaryScreen();
  return screen == nullptr ? wanted : wanted.boundedTo(screen->availableSize() - frame);
}

}  // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent),
      keeper_(document_, selection_),
      commands_(new Commands(this)),
      top_(new TopBar(pageNames(), this)),
      strip_(new MessageStrip(this)),
      stack_(new QStackedWidget(this)),
      pages_(new QStackedWidget),
      start_(new StartPage),
      start_area_(makeScrollArea(start_)),
      workspace_(new QSplitter),
      setup_(new SetupPanel(document_, selection_, process_)),
      explore_(new ExplorePage(document_, selection_)),
      batch_depth_(new BatchDepthPage(document_, selection_)),
      diagnose_(new DiagnosePage(document_, selection_)),
      compare_(new ComparePage(document_, selection_)),
      report_page_(new ReportPage(document_)),
      palette_(new CommandPalette(this)) {
  setWindowTitle("rematscope");
  setAcceptDrops(true);
  resize(firstSize());
  build();
  buildStatus();
  addCommands();
  connectParts();
  applyTheme();
  restoreLayout();
  showDocument();
}

MainWindow::~MainWindow() = default;

QStringList MainWindow::pageNames() {
  return {tr("Explore"), tr("Batch and depth"), tr("Diagnose"), tr("Compare"), tr("Report")};
}

void MainWindow::build() {
  addPage(explore_);
  addPage(batch_depth_);
  connect(&process_, &SweepProcess::started, diagnose_, &DiagnosePage::clearLog);
  connect(&process_, &SweepProcess::logged, diagnose_, &DiagnosePage::addLogLine);
  addPage(diagnose_);
  addPage(compare_);
  addPage(report_page_);
  workspace_->setObjectName("workspace");
  workspace_->setHandleWidth(1);
  workspace_->setChildrenCollapsible(false);
  workspace_->addWidget(setup_);
  workspace_->addWidget(pages_);
  workspace_->setStretchFactor(1, 1);
  stack_->addWidget(start_area_);
  stack_->addWidget(workspace_);

  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* line = new QFrame(centre);
  line->setObjectName("hairline");
  line->setFixedHeight(1);
  column->addWidget(top_);
  column->addWidget(line);
  column->addWidget(strip_);
  column->addWidget(stack_, 1);
  setCentralWidget(centre);
}

void MainWindow::addPage(QWidget* page) { pages_->addWidget(makeScrollArea(page)); }

QWidget* MainWindow::currentPage() const { return static_cast<QScrollArea*>(pages_->currentWidget())->widget(); }

void MainWindow::buildStatus() {
  auto* bar = new QWidget(this);
  bar->setProperty(kPanelProperty, true);
  bar->setAttribute(Qt::WA_StyledBackground);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(16, 4, 16, 4);
  status_ = new ElidedLabel(bar);
  saved_ = new ElidedLabel(bar, Qt::ElideMiddle);
  saved_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  for (ElidedLabel* label : {status_, saved_}) {
    label->setFont(fontOf(TypeSize::secondary));
    label->setProperty(kRoleProperty, "secondary");
    row->addWidget(label, 1);
  }
  auto* line = new QFrame(this);
  line->setObjectName("hairline");
  line->setFixedHeight(1);
  centralWidget()->layout()->addWidget(line);
  centralWidget()->layout()->addWidget(bar);
}

void MainWindow::connectParts() {
  connect(top_, &TopBar::pagePicked, this, &MainWindow::setPage);
  connect(top_, &TopBar::paletteAsked, this, &MainWindow::openPalette);
  connect(&top_->exportMenu(), &QMenu::aboutToShow, this, &MainWindow::fillExportMenu);
  connect(start_, &StartPage::configAsked, this, &MainWindow::askForConfig);
  connect(start_, &StartPage::runAsked, this, &MainWindow::askForRun);
  connect(start_, &StartPage::sampleAsked, this, &MainWindow::openSample);
  connect(start_, &StartPage::fileAsked, this, &MainWindow::openFile);
  connect(setup_, &SetupPanel::configAsked, this, &MainWindow::askForConfig);
  connect(setup_, &SetupPanel::said, this, [this](bool ok, const QString& sentence) {
    say("setup", ok ? StripMessage::Tone::done : StripMessage::Tone::error, sentence);
  });
  connect(batch_depth_, &BatchDepthPage::pointOpened, this, [this] { setPage(explore); });
  for (ChartFrame* frame : findChildren<ChartFrame*>())
    connect(frame, &ChartFrame::outcome, this, [this](bool ok, const QString& sentence) {
      say("export", ok ? StripMessage::Tone::done : StripMessage::Tone::error, sentence);
    });
  connect(&export_job_, &FolderExport::ended, this, &MainWindow::exportEnded);
  connect(&export_job_, &FolderExport::progressed, this, [this](int done, int all) {
    strip_->update("export", exportingMessage(tr("Drawing the charts: %1 of %2 done.").arg(done).arg(all)));
  });
  connect(report_page_, &ReportPage::exportingEnded, this, &MainWindow::forgetLeaving);
  connect(&document_, &Document::stateChanged, this, &MainWindow::showDocument);
  connect(&document_, &Document::beingMeasuredChanged, this, &MainWindow::showDocument);
  connect(&process_, &SweepProcess::fileAppeared, &document_, &Document::open);
  connect(&process_, &SweepProcess::started, this, [this] {
    for (const char* topic : {"config", "measurement", "setup", "event"}) strip_->dismiss(topic);
  });
  connect(&process_, &SweepProcess::warned, this, [this](const QString& sentence) {
    say("event", StripMessage::Tone::warning, sentence, {{tr("Diagnose"), [this] { setPage(diagnose); }}});
  });
  connect(&process_, &SweepProcess::progressChanged, this, &MainWindow::showDocument);
  connect(&process_, &SweepProcess::ended, this, &MainWindow::measurementEnded);
}

void MainWindow::say(const QString& topic, StripMessage::Tone tone, const QString& text,
                     std::vector<StripAction> actions) {
  strip_->say(topic, {tone, text, std::move(actions)});
}

void MainWindow::setPage(int page) {
  if (page < 0 || page >= pages_->count()) return;
  showWorkspace();
  // Who was in the page before is in the page after; who clicked elsewhere stays there.
  const bool was_inside = focusWidget() != nullptr && currentPage()->isAncestorOf(focusWidget());
  pages_->setCurrentIndex(page);
  if (was_inside) currentPage()->setFocus();
  top_->setPage(page);
}

int MainWindow::page() const { return pages_->currentIndex(); }

void MainWindow::showWorkspace() {
  if (stack_->currentWidget() != workspace_) {
    stack_->setCurrentWidget(workspace_);
    currentPage()->setFocus();
  }
  top_->setPagesShown(true);
}

void MainWindow::showDocument() {
  document_.setMeasuredHere(process_.isRunning() && process_.output() == document_.path());
  const Document::State state = document_.state();
  const bool nothing = state == Document::State::empty || state == Document::State::failed;
  const bool empty = nothing && setup_->setup().config_path.isEmpty();
  if (!empty && state != Document::State::loading) showWorkspace();
  if (empty) {
    if (stack_->currentWidget() != start_area_ || focusWidget() == nullptr) start_->setFocus();
    stack_->setCurrentWidget(start_area_);
    top_->setPagesShown(false);
    start_->setRecent(settings_.recentFiles());
  }
  const QString name =
      document_.isSample() && state != Document::State::empty ? tr("sample") : QFileInfo(document_.path()).fileName();
  top_->setFile(name, document_.path());
  setWindowTitle(name.isEmpty() ? QString("rematscope") : name + " - rematscope");
  std::vector<StripAction> actions;
  if (state != Document::State::empty && !document_.message().isEmpty() && !document_.isSample())
    actions.push_back({tr("Reload"), [this] { document_.reload(); }});
  const auto tone = state == Document::State::failed ? StripMessage::Tone::error : StripMessage::Tone::warning;
  if (strip_->property("document_message").toString() != document_.message()) {
    strip_->setProperty("document_message", document_.message());
    say("document", tone, document_.message(), std::move(actions));
  }
  QString status = state == Document::State::loading
                       ? tr("Reading %1...").arg(name)
                       : runStatus(*document_.run(), document_.isBeingMeasured(), document_.isQuiet());
  status_->setWhole(status);
  saved_->setWhole(process_.isRunning()         ? tr("Saving to %1").arg(process_.output())
                   : document_.path().isEmpty() ? QString()
                                                : tr("Saved in %1").arg(document_.path()));
  showMeasuringElsewhere(empty && process_.isRunning());
}

/// Where nothing is open, a measurement that goes on would be out of sight and out of reach.
void MainWindow::showMeasuringElsewhere(bool wanted) {
  const QString stage = !wanted ? QString() : process_.isStopping() ? QString("stopping") : QString("measuring");
  const MeasureProgress& progress = process_.progress();
  const QString name = QFileInfo(process_.output()).fileName();
  StripMessage message;
  if (wanted)
    message = {
        StripMessage::Tone::hint,
        process_.isStopping()
            ? tr("Stopping after this step; what is done is kept in %1.").arg(name)
            : tr("Measuring into %1: %2 of %3 points are done.").arg(name).arg(progress.finished).arg(progress.points),
        {{tr("Show"), [this] { document_.open(process_.output()); }}, {tr("Stop"), [this] { process_.stop(); }}}};
  if (strip_->property("elsewhere_stage").toString() == stage) return strip_->update("elsewhere", std::move(message));
  strip_->setProperty("elsewhere_stage", stage);
  strip_->say("elsewhere", std::move(message));
}

void MainWindow::measurementEnded(SweepProcess::End end, const QString& sentence) {
  const auto tone = end == SweepProcess::End::completed ? StripMessage::Tone::done
                    : end == SweepProcess::End::stopped ? StripMessage::Tone::hint
                                                        : StripMessage::Tone::error;
  std::vector<StripAction> actions;
  const MeasureProgress& progress = process_.progress();
  if (end == SweepProcess::End::failed || progress.not_completed > 0 || progress.warnings > 0)
    actions.push_back({tr("Diagnose"), [this] { setPage(diagnose); }});
  for (const char* topic : {"leaving", "event"}) strip_->dismiss(topic);
  say("measurement", tone, sentence, std::move(actions));
  showDocument();
  asked_to_leave_ = false;
  if (leaving_) close();
}

void MainWindow::setThemeChoice(ThemeChoice choice) {
  settings_.setTheme(choice);
  applyTheme();
}

void MainWindow::applyTheme() {
  const ThemeChoice choice = settings_.theme();
  const Theme& theme = choice == ThemeChoice::light  ? lightTheme()
                       : choice == ThemeChoice::dark ? darkTheme()
                                                     : themeOf(QGuiApplication::palette());
  if (theme_ == &theme) return;
  theme_ = &theme;
  // Of the window only: the application's palette stays the system's, so that its changes are seen.
  setPalette(paletteOf(theme));
  setStyleSheet(styleSheetOf(theme));
}

bool MainWindow::event(QEvent* event) {
  if (event->type() == QEvent::ApplicationPaletteChange && theme_ != nullptr) applyTheme();
  return QMainWindow::event(event);
}

bool MainWindow::isExporting() const { return export_job_.isRunning() || report_page_->isExporting(); }

/// Says what leaving would end.
void MainWindow::askToLeave() {
  const bool measuring = process_.isRunning();
  QString text = tr("An export is running. Close again to cancel it and leave; then nothing of it is written.");
  if (measuring)
    text = tr("A measurement is running. Close again to stop it and leave; its finished points are kept in %1.")
               .arg(process_.output());
  if (measuring && isExporting()) text += " " + tr("The export that is running is cancelled.");
  asked_to_leave_ = true;
  say("leaving", StripMessage::Tone::warning, text,
      {{measuring ? tr("Stop and close") : tr("Cancel and close"), [this] { close(); }},
       {measuring ? tr("Keep measuring") : tr("Keep exporting"), [this] { asked_to_leave_ = false; }}});
}

/// What was asked about may have ended by itself.
void MainWindow::forgetLeaving() {
  if (process_.isRunning() || isExporting()) return;
  strip_->dismiss("leaving");
  asked_to_leave_ = false;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if ((process_.isRunning() || isExporting()) && !asked_to_leave_ && !leaving_) {
    event->ignore();
    return askToLeave();
  }
  export_job_.cancel();
  report_page_->cancelExport();
  if (process_.isRunning()) {
    event->ignore();
    leaving_ = true;
    process_.stop();
    say("leaving", StripMessage::Tone::hint, tr("Stopping after this step; the window closes by itself."));
    return;
  }
  saveLayout();
  QMainWindow::closeEvent(event);
}

}  // namespace remat
