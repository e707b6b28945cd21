namespace Cluster.Silo.Tests.Page;

/// <summary>A tab of the browser, and what the browser complains of in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = [];

    public Tab(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, breaches of the policy, answers that failed.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Presses Tab until something has the focus; fails where the keyboard does not get there.</summary>
    public async Task ReachAsync(ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (int i = 0; i < 60; i++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                (await target.EvaluateAsync<string>("element => getComputedStyle(element).outlineStyle")).ShouldNotBe("none");
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"The keyboard does not reach {target}.");
    }

    /// <summary>Pixels of the page that lie beyond its right edge.</summary>
    public Task<int> OverflowAsync() =>
        Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>Keeps a picture of the whole page with the results of the tests.</summary>
    public async Task PictureAsync(string name)
    {
        byte[] picture = await Page.ScreenshotAsync(new() { FullPage = true });
        TestContext.Current.AddAttachment($"{name}.png", picture, "image/png");

        // The guide's pictures are made so: docs/guide/page.md.
        if (Environment.GetEnvironmentVariable("CLUSTER_PAGE_PICTURES") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), picture);
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
