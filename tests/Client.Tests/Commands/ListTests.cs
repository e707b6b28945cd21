using Google.Protobuf.WellKnownTypes;

namespace Cluster.Client.Tests.Commands;

public sealed class ListTests
{
    [Fact]
    public async Task List_MoreThanAPage_ListsAllInTheirOrder()
    {
        await using var server = await StartAsync(7);
        var run = await ClientRun.OfAsync(server, "list");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Error.ShouldBeEmpty();
        run.Lines.Count.ShouldBe(8);
        run.Rows[0].ShouldBe("Job Name State Done ETA Best Age");
        run.Rows.Skip(1)
            .ShouldBe(Enumerable.Range(0, 7).Select(i => $"jobs/j{i} name of j{i} running 34/~52 01:12 drop 0.13 points, 1.24x 1:00:00"));
        run.Output.ShouldNotContain("\u001b");
        server.State.Requests<ListJobsRequest>().Count().ShouldBe(3);
        var document = JsonParser.Default.Parse<ListJobsResponse>((await ClientRun.OfAsync(server, "list", "--json")).Output);
        document.Jobs.ShouldBe(server.State.Jobs);
        document.NextPageToken.ShouldBeEmpty();
    }

    [Fact]
    public async Task List_Limit_StopsThere()
    {
        await using var server = await StartAsync(7);
        var run = await ClientRun.OfAsync(server, "list", "--limit", "4");
        run.Lines.Count.ShouldBe(5);
        server.State.Requests<ListJobsRequest>().First().PageSize.ShouldBe(4);
    }

    [Fact]
    public async Task List_States_AreAskedFor()
    {
        await using var server = await StartAsync(4);
        server.State.Jobs[2].State = JobState.Paused;
        var run = await ClientRun.OfAsync(server, "list", "--state", "Paused,failed", "--state", "queued");
        run.Lines.Skip(1).ShouldHaveSingleItem().ShouldStartWith("jobs/j2");
        server.State.Requests<ListJobsRequest>().Single().States.ShouldBe([JobState.Paused, JobState.Failed, JobState.Queued]);
    }

    [Theory]
    [InlineData(JobState.Queued, WaitCause.Queue, false, "place 3 in the queue of its tenant's jobs")]
    [InlineData(JobState.Scheduled, WaitCause.Schedule, false, "begins 2026-12-08 12:00:00Z")]
    [InlineData(JobState.AwaitingLabels, WaitCause.Labels, true, "3 labels decide; give them with `cluster label`")]
    [InlineData(JobState.Running, WaitCause.Slot, false, "every slot of the kind that it needs is busy with other work")]
    [InlineData(JobState.Running, WaitCause.Slot, true, "drop 0.13 points, 1.24x")]
    [InlineData(JobState.Paused, WaitCause.Pause, true, "drop 0.13 points, 1.24x")]
    public async Task List_AJobThatWaits_SaysWhyOrTheBestSoFar(JobState state, WaitCause cause, bool hasBest, string said)
    {
        await using var server = await StartAsync(1);
        var job = server.State.Jobs[0];
        job.State = state;
        job.Progress.Waiting = new JobWait { Cause = cause, Reason = said };
        job.Progress.Best = hasBest ? job.Progress.Best : null;

        (await ClientRun.OfAsync(server, "list")).Rows[1].ShouldContain($" {said} ");
    }

    [Fact]
    public async Task Show_ARunOfASchedule_SaysWhatItWaitsForAndHowOftenItRuns()
    {
        await using var server = await StartAsync(1);
        var job = server.State.Jobs[0];
        job.State = JobState.Scheduled;
        job.Every = Duration.FromTimeSpan(TimeSpan.FromDays(7));
        job.NotBefore = new DateTime(2026, 12, 8, 12, 0, 0, DateTimeKind.Utc).ToTimestamp();
        job.Progress.Waiting = new JobWait { Cause = WaitCause.Schedule, Reason = "begins 2026-12-08 12:00:00Z" };

        var rows = (await ClientRun.OfAsync(server, "show", job.Name)).Rows;

        rows.ShouldContain("waits begins 2026-12-08 12:00:00Z");
        rows.ShouldContain("begins 2026-12-08 12:00:00Z");
        rows.ShouldContain("every 7d");
    }

    [Fact]
    public async Task List_Empty_SaysSoOrIsAnEmptyDocument()
    {
        await using var server = await FakeServer.StartAsync();
        (await ClientRun.OfAsync(server, "list")).Output.ShouldBe("no jobs\n");
        (await ClientRun.OfAsync(server, "list", "--json")).Output.ShouldBe("{\n  \"jobs\": [],\n  \"nextPageToken\": \"\"\n}\n");
    }

    [Fact]
    public async Task List_NamesThatSteerTerminals_AreMadeVisible()
    {
        await using var server = await StartAsync(1);
        server.State.Jobs[0].DisplayName = "\u001b[31mred\u202e[bold]";
        var run = await ClientRun.OfAsync(server, "list");
        run.Output.ShouldContain("\ufffd[31mred\ufffd[bold]");
        run.Output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task List_TokenFile_IsShownToTheServerAndNotToTheUser()
    {
        await using var server = await StartAsync(1);
        string token = Path.GetTempFileName();
        await File.WriteAllTextAsync(token, "s3cret\n");
        var run = await ClientRun.OfAsync(server, "list", "--token-file", token);
        File.Delete(token);
        server.State.Calls.Single().Headers.GetValue("authorization").ShouldBe("Bearer s3cret");
        (run.Output + run.Error).ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("not a trace", false)]
    public async Task List_InATrace_TellsTheServer(string variable, bool isTold)
    {
        await using var server = await StartAsync(1);
        var context = new ClientContext(
            name => name switch
            {
                "CLUSTER_SERVER" => server.Address,
                "XDG_CONFIG_HOME" => "/nowhere",
                "TRACEPARENT" => variable,
                _ => null,
            },
            new InstantTime(),
            () => 0.5);

        (await ClientRun.OfAsync(context, default, "list")).Code.ShouldBe(ExitCode.Done);

        server.State.Calls.Single().Headers.GetValue("traceparent").ShouldBe(isTold ? variable : null);
    }

    [Fact]
    public async Task List_Denied_ExitsSo()
    {
        await using var server = await StartAsync(1);
        server.State.Fail("ListJobs", FakeState.Error(StatusCode.PermissionDenied, "DENIED", "This token may not list jobs."));
        var run = await ClientRun.OfAsync(server, "list");
        run.Code.ShouldBe(ExitCode.Denied);
        run.Error.ShouldBe($"cluster: the server {server.Address} denies it: This token may not list jobs.\n");
    }

    [Fact]
    public async Task Nodes_SeveralPages_HaveARowForEachSlot()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Nodes.AddRange([Samples.Node("a", "jobs/x/candidates/3"), Samples.Node("b"), Samples.Node("c"), Samples.Node("d")]);
        server.State.Nodes[3].Slots.Clear();
        var run = await ClientRun.OfAsync(server, "nodes");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Lines.Count.ShouldBe(5);
        run.Rows[1].ShouldBe("nodes/a ready cpu:0 cpu/avx512-vnni jobs/x/candidates/3 30.0 s 2.0 s 0.1.0");
        run.Lines[2].ShouldContain(" idle ");
        run.Lines[4].ShouldContain("no slots");
        JsonParser.Default.Parse<ListNodesResponse>((await ClientRun.OfAsync(server, "nodes", "--json")).Output)
            .Nodes.ShouldBe(server.State.Nodes);
    }

    private static async Task<FakeServer> StartAsync(int jobs)
    {
        var server = await FakeServer.StartAsync();
        server.State.Jobs.AddRange(Enumerable.Range(0, jobs).Select(i => Samples.Job($"j{i}")));
        return server;
    }
}
