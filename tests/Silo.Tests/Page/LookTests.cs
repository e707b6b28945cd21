using static Microsoft.Playwright.Assertions;

namespace Cluster.Silo.Tests.Page;

[Long]
public sealed class LookTests(Browser browser)
{
    [Fact]
    public async Task Page_AtTwoWidthsAndInTwoThemes_ShowsJobsAndFits()
    {
        await using var silo = await PageSilo.StartAsync();
        string done = await silo.SubmitAsync(PageSilo.Fast, "resnet18");
        await silo.UntilAsync(done, happened => happened.StateChanged?.State == Contract.V1.JobState.Succeeded);
        string running = await silo.SubmitAsync(PageSilo.Long, "mobilenetv2");
        await silo.UntilAsync(running, happened => happened.CandidateChanged is { Number: >= 12, Evaluations.Count: > 0 });

        foreach (int width in new[] { 1280, 360 })
        {
            await ShowAsync(silo, done, width, isDark: false);
            await ShowAsync(silo, done, width, isDark: true);
        }
    }

    private async Task ShowAsync(PageSilo silo, string done, int width, bool isDark)
    {
        string look = $"{width}-{(isDark ? "dark" : "light")}";
        await using var tab = await browser.OpenAsync(silo.Address, width: width, isDark: isDark);
        var link = tab.Page.GetByRole(AriaRole.Link, new() { Name = "mobilenetv2" });
        await Expect(link).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("resnet18")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("cpu:1")).ToBeVisibleAsync();
        (await tab.OverflowAsync()).ShouldBe(0, $"the list, {look}");
        await tab.PictureAsync($"jobs-{look}");

        await link.ClickAsync();
        await WholeAsync(tab, $"the job that runs, {look}");
        await tab.PictureAsync($"running-{look}");

        await tab.Page.GotoAsync($"/#/{done}");
        await Expect(tab.Page.GetByText("State: succeeded.").First).ToBeVisibleAsync();
        await WholeAsync(tab, $"the job that is over, {look}");
        await tab.PictureAsync($"over-{look}");
        tab.Complaints.ShouldBeEmpty(look);
    }

    private static async Task WholeAsync(Tab tab, string what)
    {
        await Expect(tab.Page.Locator("#front svg .fp32 .mark")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("#sensitivity svg .bar").First).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("#timeline svg .span").First).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("#log li").First).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("cpu:0")).ToBeVisibleAsync();
        await tab.Page.Locator("#candidates summary").ClickAsync();
        await Expect(tab.Page.Locator("#candidates tbody tr").First).ToBeVisibleAsync();
        (await tab.OverflowAsync()).ShouldBe(0, what);
    }
}
