namespace Cluster.Silo.Tests.Page;

/// <summary>Debian's Chromium without a window, one for a whole class of tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    // A machine under load takes its time; nothing waits longer than it has to.
    private const float Patience = 120_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Checkout.Program("chromium") is { } program)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Timeout = Patience });
        }
    }

    /// <summary>A tab of its own, with nothing of other tabs; skips the test where there is no browser.</summary>
    internal async Task<Tab> OpenAsync(Uri server, string path = "/", int width = 1280, bool isDark = false)
    {
        Assert.SkipWhen(_browser is null, "There is no chromium on the PATH: .ci/run installs Debian's.");
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = server.ToString(),
            ViewportSize = new() { Width = width, Height = width < 600 ? 740 : 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience);
        var page = await context.NewPageAsync();
        var tab = new Tab(page);
        await page.GotoAsync(path);
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
