using Cluster.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace Cluster.Silo.Tests.Page;

[Long]
public sealed class UseTests(Browser browser)
{
    [Fact]
    public async Task Keyboard_LeadsFromTheTokenToAJobAndCancelsIt()
    {
        await using var silo = await PageSilo.StartAsync(hasToken: true);
        string job = await silo.SubmitAsync(PageSilo.Endless, "endless");
        await silo.UntilAsync(job, happened => happened.CandidateChanged?.State == CandidateState.Running);
        await using var tab = await browser.OpenAsync(silo.Address);
        var (page, keyboard) = (tab.Page, tab.Page.Keyboard);

        await tab.ReachAsync(page.GetByLabel("Token", new() { Exact = true }));
        await keyboard.TypeAsync(PageSilo.Token);
        await keyboard.PressAsync("Enter");
        await tab.ReachAsync(page.GetByRole(AriaRole.Link, new() { Name = "endless" }));
        await keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "endless" })).ToBeFocusedAsync();
        await tab.ReachAsync(page.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }));
        await keyboard.PressAsync("Enter");
        await tab.ReachAsync(page.GetByRole(AriaRole.Radio).First);
        await keyboard.PressAsync("ArrowDown");
        await tab.ReachAsync(page.GetByLabel("Reason"));
        await keyboard.TypeAsync("not needed");
        await tab.ReachAsync(page.GetByRole(AriaRole.Button, new() { Name = "Cancel the job" }));
        await keyboard.PressAsync("Enter");

        await Expect(page.GetByText("State: cancelled: not needed").First).ToBeVisibleAsync();
        await Expect(page.Locator("#said")).ToContainTextAsync("cancell");
        (await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job }, silo.Headers)).Reason.ShouldContain("not needed");
        tab.Complaints.ShouldAllBe(complaint => complaint.Contains("401", StringComparison.Ordinal), "the question for the token");
    }

    [Fact]
    public async Task Job_OfASiloThatKnowsAGrafana_LinksItsSearchThere()
    {
        await using var silo = await PageSilo.StartAsync(encryption: options => options with { Grafana = "https://grafana.example/" });
        string job = await silo.SubmitAsync(PageSilo.Slow, "slow");
        await using var tab = await browser.OpenAsync(silo.Address, $"/#/{job}");

        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "Search on the dashboard" })).ToHaveAttributeAsync(
            "href", $"https://grafana.example/d/cluster-search?var-job={job.Split('/')[^1]}");
    }

    [Fact]
    public async Task Page_OverARestartOfTheSilo_GoesOnAfterTheLastEvent()
    {
        await using var silo = await PageSilo.StartAsync();
        string job = await silo.SubmitAsync(PageSilo.Slow, "slow");
        await using var tab = await browser.OpenAsync(silo.Address, $"/#/{job}");
        var newest = tab.Page.Locator("#log li").First;
        await Expect(newest).ToBeVisibleAsync();

        await silo.StopAsync();
        await Expect(tab.Page.Locator("#connection.lost")).ToContainTextAsync("Trying again.");
        string seen = (await newest.GetAttributeAsync("data-sequence"))!;
        await silo.StartAgainAsync();

        await Expect(tab.Page.Locator("#connection.lost")).ToHaveCountAsync(0);
        await Expect(newest).Not.ToHaveAttributeAsync("data-sequence", seen);
        int[] sequences = await tab.Page.EvaluateAsync<int[]>(
            "() => [...document.querySelectorAll('#log li')].map(line => Number(line.dataset.sequence))");
        sequences.ShouldBeUnique();
        sequences.ShouldBe([.. sequences.OrderDescending()], "the newest first, none twice");
    }

    [Fact]
    public async Task JobThatIsOver_ShowsEveryCandidateARowForEachSlotAndSavesItsFiles()
    {
        await using var silo = await PageSilo.StartAsync();
        string job = await silo.SubmitAsync(PageSilo.Fast, "over");
        await silo.UntilAsync(job, happened => happened.StateChanged?.State == JobState.Succeeded);
        var told = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job });
        await using var tab = await browser.OpenAsync(silo.Address, $"/#/{job}");

        await tab.Page.Locator("#candidates summary").ClickAsync();
        var candidates = await silo.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = job, PageSize = 1000 });
        await Expect(tab.Page.Locator("#candidates tbody tr")).ToHaveCountAsync(candidates.Candidates.Count);
        (await tab.Page.Locator("#timeline svg .lane").CountAsync()).ShouldBeLessThanOrEqualTo(2, "cpu:0 and cpu:1");
        foreach (var file in told.Artefacts)
        {
            var saved = await tab.Page.RunAndWaitForDownloadAsync(
                () => tab.Page.GetByRole(AriaRole.Button, new() { Name = file.Role, Exact = true }).ClickAsync());
            saved.SuggestedFilename.ShouldBe(Path.GetFileName(file.Role));
            await using var content = await saved.CreateReadStreamAsync();
            byte[] digest = await SHA256.HashDataAsync(content, TestContext.Current.CancellationToken);
            Convert.ToHexStringLower(digest).ShouldBe(file.Sha256);
        }

        told.Artefacts.ShouldNotBeEmpty();
        tab.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task JobThatIsOver_ReadAgain_KeepsTheButtonsOfItsFiles()
    {
        await using var silo = await PageSilo.StartAsync();
        string job = await silo.SubmitAsync(PageSilo.Fast, "over");
        await silo.UntilAsync(job, happened => happened.StateChanged?.State == JobState.Succeeded);
        var told = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job });
        await using var tab = await browser.OpenAsync(silo.Address, "/#/");
        var (reads, goOn) = (0, new TaskCompletionSource());
        bool IsRead(string address) => new Uri(address).AbsolutePath.EndsWith($"/{job}", StringComparison.Ordinal);

        // To show it, to see that it is over, to show it as it is then.
        await tab.Page.RouteAsync(IsRead, async route =>
        {
            if (Interlocked.Increment(ref reads) > 2)
            {
                await goOn.Task;
            }

            await route.ContinueAsync();
        });
        await tab.Page.GotoAsync($"/#/{job}");
        var saves = tab.Page.GetByRole(AriaRole.Button, new() { Name = told.Artefacts[0].Role, Exact = true });
        var before = await saves.ElementHandleAsync();

        await tab.Page.RunAndWaitForResponseAsync(
            () => Task.Run(goOn.SetResult),
            response => IsRead(response.Url));
        await tab.Page.EvaluateAsync("() => new Promise(shown => requestAnimationFrame(() => requestAnimationFrame(shown)))");

        (await before.EvaluateAsync<bool>("button => button.isConnected")).ShouldBeTrue();
        await Expect(saves).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task JobThatIsOver_HasItsWinnerInItsTable()
    {
        await using var silo = await PageSilo.StartAsync();
        string job = await silo.SubmitAsync(PageSilo.Fast, "over");
        await silo.UntilAsync(job, happened => happened.StateChanged?.State == JobState.Succeeded);
        var told = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job });
        await using var tab = await browser.OpenAsync(silo.Address, $"/#/{job}");

        var row = tab.Page.Locator("#front tr.selected");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("Winner");
        string ratio = (await tab.Page.Locator(".tiles > div").First.Locator("dd").TextContentAsync())!.Split('×')[0];
        await Expect(row).ToContainTextAsync($"{ratio}×");
        told.Progress.Front.Select(plan => plan.Candidate).ShouldContain(told.Winner.Candidate.Name);
        await Expect(tab.Page.Locator("#front tbody tr")).ToHaveCountAsync(Math.Min(12, told.Progress.Front.Count));
        if (told.Progress.PassedOver.Length > 0)
        {
            await Expect(tab.Page.Locator("#front .note")).ToContainTextAsync(told.Progress.PassedOver);
        }
    }

    [Fact]
    public async Task JobWithNothingFaster_ShowsFloat32AsWhatIsKept()
    {
        await using var silo = await PageSilo.StartAsync();
        string job = await silo.SubmitAsync("synthetic:groups=8,sensitive=0,faster=none,ms=0,images=2000", "slower");
        await silo.UntilAsync(job, happened => happened.StateChanged?.State == JobState.Succeeded);
        await using var tab = await browser.OpenAsync(silo.Address, $"/#/{job}");

        await Expect(tab.Page.Locator(".tiles > div").First).ToHaveTextAsync("kept1.00×FP32 stays");
        await Expect(tab.Page.Locator("#front tr.selected td").First).ToContainTextAsync("Kept = FP32");
        await tab.Page.GotoAsync("/#/");
        await Expect(tab.Page.GetByText("FP32 stays")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_OfAReader_OffersNothingThatChangesTheJob()
    {
        await using var silo = await PageSilo.StartAsync(hasToken: true);
        string job = await silo.SubmitAsync(PageSilo.Endless, "endless");
        await using var tab = await browser.OpenAsync(silo.Address, $"/#/{job}");

        await tab.Page.GetByLabel("Token", new() { Exact = true }).FillAsync(PageSilo.ReadToken);
        await tab.Page.Keyboard.PressAsync("Enter");

        await Expect(tab.Page.GetByText("Read-only: your token lets you look at jobs.")).ToBeVisibleAsync();
        foreach (string name in new[] { "Pause", "Resume", "Cancel…" })
        {
            await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = name })).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task Page_WithoutTokens_OnlyShows()
    {
        await using var silo = await PageSilo.StartAsync();
        string job = await silo.SubmitAsync(PageSilo.Endless, "endless");
        await using var tab = await browser.OpenAsync(silo.Address, $"/#/{job}");

        await Expect(tab.Page.GetByText($"./cluster cancel {job}")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel…" })).ToHaveCountAsync(0);
        await tab.Page.GotoAsync("/#/jobs/none");
        await Expect(tab.Page.GetByText("No job none.")).ToBeVisibleAsync();
    }
}
