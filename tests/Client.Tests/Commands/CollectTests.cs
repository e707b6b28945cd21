namespace Cluster.Client.Tests.Commands;

public sealed class CollectTests : IAsyncLifetime
{
    private FakeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Collect_DryRun_ListsFilesWithReasons()
    {
        var run = await ClientRun.OfAsync(_server, "collect", "--dry-run", "--keep-jobs", "30", "--max-stored", "0.5");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("jobs/j-1");
        run.Output.ShouldContain("it ended on 2026-01-02, more than 30 days ago");
        run.Output.ShouldEndWith("1.89 MB of 5.00 MB would be freed; nothing was changed\n");
        var request = _server.State.Requests<CollectArtefactsRequest>().Single();
        (request.ValidateOnly, request.KeepJobs.ToTimeSpan(), request.KeepUploads, request.MaxStoredBytes)
            .ShouldBe((true, TimeSpan.FromDays(30), null, 1L << 29));
    }

    [Fact]
    public async Task Collect_WithoutOptions_LeavesTheRulesToTheServer()
    {
        var run = await ClientRun.OfAsync(_server, "collect");

        run.Output.ShouldEndWith("1.89 MB of 5.00 MB were freed\n");
        _server.State.Requests<CollectArtefactsRequest>().Single().ShouldBe(new CollectArtefactsRequest());
    }

    [Fact]
    public async Task Collect_Json_IsTheAnswer()
    {
        var run = await ClientRun.OfAsync(_server, "collect", "--json");

        run.Output.ShouldContain("\"reason\"");
        run.Output.ShouldContain("\"freed");
    }

    [Theory]
    [InlineData("--keep-jobs", "-1")]
    [InlineData("--keep-uploads", "1e9")]
    [InlineData("--max-stored", "-0.1")]
    [InlineData("--max-stored", "900000,5")]
    public async Task Collect_InvalidNumber_IsUsageError(string option, string value)
    {
        var run = await ClientRun.OfAsync(_server, "collect", option, value);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain($"{option} must be ");
        _server.State.Requests<CollectArtefactsRequest>().ShouldBeEmpty();
    }
}
