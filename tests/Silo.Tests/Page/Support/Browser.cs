[assembly: AssemblyFixture(typeof(Cluster.Silo.Tests.Page.Browser))]

namespace Cluster.Silo.Tests.Page;

/// <summary>Debian's Chromium without a window, one for all tests, started by the first that asks for it.</summary>
public sealed class Browser : IAsyncDisposable
{
    // A machine under load takes its time; nothing waits longer than it has to.
    private const float Patience = 120_000;

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _started = new(LaunchAsync);

    /// <summary>A tab of its own, with nothing of other tabs; skips the test where there is no browser.</summary>
    internal async Task<Tab> OpenAsync(Uri server, string path = "/", int width = 1280, bool isDark = false)
    {
        Assert.SkipWhen(Checkout.Program("chromium") is null, "There is no chromium on the PATH: .ci/run installs Debian's.");
        var context = await (await _started.Value).Browser.NewContextAsync(new()
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
        if (_started.IsValueCreated)
        {
            var (playwright, browser) = await _started.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (
            playwright,
            await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Checkout.Program("chromium"), Timeout = Patience }));
    }
}
