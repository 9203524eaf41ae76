//! Inline icons. Paths from Lucide 1.62 (<https://lucide.dev>, ISC licence).

use leptos::prelude::*;

/// Shape of an icon. Icons are decorative and always stand next to text with the same meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Alert,
    Check,
    Clock,
    Eye,
    EyeOff,
    Mail,
    Menu,
    Phone,
    Program,
    Refresh,
    Screen,
    SignIn,
    SignOut,
    Spinner,
    Warning,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Self::Alert => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M12 8v4M12 16h.01",
            Self::Check => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M16 9l-5.5 5.5L8 12",
            Self::Clock => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M12 6v6l4 2",
            Self::Eye => {
                "M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0M9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0"
            }
            Self::EyeOff => {
                "M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49M14.084 14.158a3 3 0 0 1-4.242-4.242M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143M2 2l20 20"
            }
            Self::Mail => {
                "M22 7l-8.991 5.727a2 2 0 0 1-2.009 0L2 7M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2"
            }
            Self::Menu => "M4 6h16M4 12h16M4 18h16",
            Self::Program => "M12 19h8M4 17l6-6-6-6",
            Self::Refresh => {
                "M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8M21 3v5h-5M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16M8 16H3v5"
            }
            Self::Phone => "M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2M12 18h.01",
            Self::Screen => "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2M8 21h8M12 17v4",
            Self::SignIn => "M10 17l5-5-5-5M15 12H3M15 3h4a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-4",
            Self::SignOut => "M16 17l5-5-5-5M21 12H9M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4",
            Self::Spinner => "M21 12a9 9 0 1 1-6.219-8.56",
            Self::Warning => {
                "M21.73 18l-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01"
            }
        }
    }
}

/// Icon in the size of the surrounding line of text.
#[component]
pub fn Icon(shape: Shape) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=shape.path() />
        </svg>
    }
}
