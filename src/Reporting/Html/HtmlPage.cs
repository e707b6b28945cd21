namespace Cluster.Reporting.Html;

/// <summary>The markup around the sections of a self-contained page.</summary>
internal static class HtmlPage
{
    /// <summary>Everything before the first section.</summary>
    /// <param name="tone">Class of the page: "good", "none" or "bad".</param>
    public static void Begin(this HtmlWriter html, string title, string tone)
    {
        html.Add(
            $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + $"content=\"width=device-width, initial-scale=1\">");
        html.Add(
            $"<meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>"
            + $"{ReportStyle.Css}</style></head>\n<body><main class=\"{tone}\">\n");
    }

    /// <summary>Everything after the last.</summary>
    public static void End(this HtmlWriter html) =>
        html.Add($"</main><script>{ReportStyle.TableScript}</script></body></html>\n");
}
