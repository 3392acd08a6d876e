// Fields inside something that scrolls: the wheel scrolls, and changes only the field that somebody is in.
#pragma once

class QWidget;

namespace remat {

/// Of every slider, choice and number field below `content`, as it is now: without the focus it leaves the wheel to
/// what is around it, and the wheel does not give it the focus.
void guardFieldsFromWheel(QWidget& content);

}  // namespace remat
