using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Client.Tests.Remote;

public sealed class RetryTests
{
    [Fact]
    public async Task CallAsync_UnavailableFourTimes_GoesOnUntilItIsThere()
    {
        await using var server = await FakeServer.StartAsync();
        var time = new InstantTime();
        server.State.Jobs.Add(Samples.Job("a"));
        server.State.Fail("GetJob", [.. Enumerable.Repeat(FakeState.Unavailable(), 4)]);
        using var connection = server.Connect(time);

        var job = await GetAsync(connection);

        job.Name.ShouldBe("jobs/a");
        // Timers count whole milliseconds.
        time.Waits.Select(wait => wait.TotalMilliseconds).ShouldBe([187, 375, 750, 1500]);
    }

    [Fact]
    public async Task RunAsync_UnavailableTwice_SaysWhatItWaitsFor()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Fail("ListJobs", FakeState.AskedForPatience(), FakeState.AskedForPatience());

        var run = await ClientRun.OfAsync(
            new ClientContext(name => name == "XDG_CONFIG_HOME" ? "/nowhere" : null, new InstantTime(), () => 0.5),
            TestContext.Current.CancellationToken,
            ["list", "--json", "--server", server.Address]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Error.ShouldStartWith($"cluster: the server {server.Address} is not available now (A part of the cluster does not answer)");
        run.Output.ShouldStartWith("{");
    }

    [Fact]
    public async Task CallAsync_UnavailableForGood_EndsAfterFiveAttempts()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Fail("GetJob", [.. Enumerable.Repeat(FakeState.Unavailable(), 9)]);
        using var connection = server.Connect();

        var failure = await Should.ThrowAsync<RemoteException>(() => GetAsync(connection));

        failure.ExitCode.ShouldBe(ExitCode.Unavailable);
        failure.Message.ShouldContain("going down");
        server.State.Calls.Count.ShouldBe(5);
    }

    [Fact]
    public async Task CallAsync_RetryableServer_RetriesForSiloLossTime()
    {
        await using var server = await FakeServer.StartAsync();
        var time = new InstantTime();
        server.State.Fail("GetJob", [.. Enumerable.Repeat(FakeState.AskedForPatience(), 20)]);
        using var connection = server.Connect(time);

        await Should.ThrowAsync<RemoteException>(() => GetAsync(connection));

        server.State.Calls.Count.ShouldBe(11);
        server.Said.ShouldBe(
            [$"the server {server.Address} is not available now (A part of the cluster does not answer); trying again for a while."]);
        time.Waits.Sum(wait => wait.TotalSeconds).ShouldBeInRange(30, 90);
    }

    [Fact]
    public async Task CallAsync_KnownServerDown_RetriesForRestartTime()
    {
        await using var server = await FakeServer.StartAsync();
        var time = new InstantTime();
        server.State.Jobs.Add(Samples.Job("a"));
        using var connection = server.Connect(time);
        await GetAsync(connection);
        server.State.Fail("GetJob", [.. Enumerable.Repeat(FakeState.Unavailable(), 10)]);

        (await GetAsync(connection)).Name.ShouldBe("jobs/a");

        time.Waits.Sum(wait => wait.TotalSeconds).ShouldBeInRange(30, 90);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task CallAsync_AnotherServerWasNamed_IsAskedWhereTheFirstDoesNotAnswer(StatusCode code)
    {
        await using var first = await FakeServer.StartAsync();
        await using var second = await FakeServer.StartAsync();

        // On a clock without waits the first may be asked again beside the second.
        first.State.Fail("GetJob", [.. Enumerable.Repeat(new RpcException(new Status(code, "no")), 10)]);
        second.State.Jobs.Add(Samples.Job("a"));
        using var connection = first.Connect(new InstantTime(), new Uri(second.Address));

        var job = await GetAsync(connection);

        job.Name.ShouldBe("jobs/a");
        connection.Address.ShouldBe(new Uri(second.Address));
        first.State.Calls.Count.ShouldBeLessThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("nodes")]
    [InlineData("pause jobs/a")]
    [InlineData("cancel jobs/a")]
    [InlineData("watch jobs/a")]
    [InlineData("delete jobs/a")]
    [InlineData("collect --dry-run")]
    public async Task RunAsync_FirstServerTakesCallsAndNeverAnswers_AsksTheNextOneAfterTwoSeconds(string command)
    {
        using var hung = new TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        await using var second = await FakeServer.StartAsync();
        second.State.Jobs.Add(Samples.Job("a", JobState.Succeeded));
        second.State.Nodes.Add(Samples.Node("one"));
        var time = new InstantTime();

        var run = await ClientRun.OfAsync(
            new ClientContext(name => name == "XDG_CONFIG_HOME" ? "/nowhere" : null, time, () => 0.5),
            TestContext.Current.CancellationToken,
            [.. command.Split(' '), "--server", $"http://{hung.LocalEndpoint},{second.Address}"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        second.State.Calls.ShouldNotBeEmpty();
        time.Waits.First().ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task CallAsync_FirstServerAnswersLate_IsTakenWhereTheNextOneIsGone()
    {
        await using var gone = await FakeServer.StartAsync();
        gone.State.Fail("GetJob", FakeState.Unavailable());
        await using var slow = await FakeServer.StartAsync();
        slow.State.Jobs.Add(Samples.Job("a"));
        slow.State.GetJobWaitsFor = gone.State.Called.Task;
        using var connection = slow.Connect(new InstantTime(), new Uri(gone.Address));

        var job = await GetAsync(connection);

        job.Name.ShouldBe("jobs/a");
        connection.Address.ShouldBe(new Uri(slow.Address));
    }

    [Theory]
    [InlineData("TOO_MANY_CALLS")]
    [InlineData("TOO_MANY_STREAMS")]
    public async Task CallAsync_BusyServer_RetriesAfterGivenDelay(string reason)
    {
        await using var server = await FakeServer.StartAsync();
        var time = new InstantTime();
        server.State.Jobs.Add(Samples.Job("a"));
        server.State.Fail("GetJob", [.. Enumerable.Repeat(FakeState.Exhausted(reason, TimeSpan.FromSeconds(7)), 3)]);
        using var connection = server.Connect(time);

        var job = await GetAsync(connection);

        job.Name.ShouldBe("jobs/a");
        time.Waits.Select(wait => wait.TotalSeconds).ShouldBe([7, 7, 7]);
    }

    [Fact]
    public async Task CallAsync_ServerThatStillChecks_IsAskedUntilItAnswersAndSaysSoOnce()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Jobs.Add(Samples.Job("a"));
        server.State.Fail("GetJob", [.. Enumerable.Repeat(FakeState.StillChecks(), 30)]);
        using var connection = server.Connect();

        (await GetAsync(connection)).Name.ShouldBe("jobs/a");

        server.Said.ShouldHaveSingleItem().ShouldEndWith("checks the job's files, or waits for a free slot to check them on; waiting.");
    }

    [Fact]
    public async Task CallAsync_ServerWhoseDiskIsFull_IsNotAskedAgain()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Fail("GetJob", FakeState.Exhausted("STORE_FULL", TimeSpan.FromMinutes(1)));
        using var connection = server.Connect();

        await Should.ThrowAsync<RemoteException>(() => GetAsync(connection));
        server.State.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task CallAsync_AnotherFailure_IsNotTriedAgain(StatusCode code)
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Fail("GetJob", new RpcException(new Status(code, "no")));
        using var connection = server.Connect();

        await Should.ThrowAsync<RemoteException>(() => GetAsync(connection));
        server.State.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public void WaitAsync_AnyJitter_StaysWithinItsBoundsAndBelowTheLongest() => Prop.ForAll<byte, byte>((count, jitter) =>
    {
        var time = new InstantTime();
        var backOff = new BackOff(new ClientContext(_ => null, time, () => jitter / 256.0));
        for (int i = 0; i <= count; i++)
        {
            // How long is known when the wait begins.
            _ = backOff.WaitAsync(null, default);
        }

        double full = Math.Min(15, 0.25 * Math.Pow(2, count));
        return time.Waits.Last().TotalSeconds >= full / 2 && time.Waits.Last().TotalSeconds < full;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task WaitAsync_ServerAskedForLonger_WaitsAtLeastThatButNotForEver()
    {
        var time = new InstantTime();
        var backOff = new BackOff(new ClientContext(_ => null, time, () => 0.5));
        await backOff.WaitAsync(TimeSpan.FromSeconds(20), default);
        await backOff.WaitAsync(TimeSpan.FromHours(20), default);
        time.Waits.ShouldBe([TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)]);
    }

    private static Task<Job> GetAsync(ServerConnection connection) =>
        connection.CallAsync(options => connection.Jobs.GetJobAsync(new GetJobRequest { Name = "jobs/a" }, options), default);
}
