using System.Text;
using Cluster.Coordinator.Results;

namespace Cluster.Client.Tests.Commands;

public sealed class JobCommandTests
{
    [Theory]
    [InlineData("cancel", "jobs/a", "cancelling")]
    [InlineData("pause", "a", "pausing")]
    [InlineData("resume", "jobs/a", "running")]
    public async Task Change_EitherFormOfTheName_PrintsTheNewState(string verb, string name, string state)
    {
        await using var server = await StartAsync();
        var run = await ClientRun.OfAsync(server, verb, name);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldBe($"jobs/a {state}\n");
        JsonParser.Default.Parse<Job>((await ClientRun.OfAsync(server, verb, name, "--json")).Output).ShouldBe(server.State.Jobs[0]);
    }

    [Fact]
    public async Task Cancel_ReasonAndKeepBest_AreSentWhereTheyAreGiven()
    {
        await using var server = await StartAsync();
        await ClientRun.OfAsync(server, "cancel", "a");
        await ClientRun.OfAsync(server, "cancel", "a", "--reason", "wrong data", "--keep-best");
        server.State.Requests<CancelJobRequest>().Select(request => (request.Reason, request.KeepBest))
            .ShouldBe([("", false), ("wrong data", true)]);
    }

    [Fact]
    public async Task Delete_KnownJob_IsForgotten()
    {
        await using var server = await StartAsync();
        (await ClientRun.OfAsync(server, "delete", "a")).Output.ShouldBe("jobs/a deleted\n");
        server.State.Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_RunningJob_NamesCancel()
    {
        await using var server = await StartAsync();
        server.State.Fail("DeleteJob", FakeState.Error(StatusCode.FailedPrecondition, "JOB_RUNNING", "jobs/a is running."));
        var run = await ClientRun.OfAsync(server, "delete", "a");
        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldBe("cluster: jobs/a is running (JOB_RUNNING); end it first with ./cluster cancel.\n");
    }

    [Fact]
    public async Task RunAsync_UnknownJob_IsNotFoundWhateverTheVerb()
    {
        await using var server = await StartAsync();
        foreach (string verb in new[] { "show", "watch", "candidates", "label", "cancel", "pause", "resume", "delete", "fetch" })
        {
            var run = await ClientRun.OfAsync(server, verb, "jobs/b");
            run.Code.ShouldBe(ExitCode.NotFound, verb);
            run.Output.ShouldBeEmpty();
            run.Error.ShouldBe("cluster: No job jobs/b (JOB_UNKNOWN); see ./cluster list.\n");
        }
    }

    [Fact]
    public async Task Show_RunningJob_SaysWhereItIs()
    {
        await using var server = await StartAsync();
        var run = await ClientRun.OfAsync(server, "show", "a");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Lines.ShouldContain("job          jobs/a");
        run.Lines.ShouldContain("state        running");
        run.Lines.ShouldContain("data         folder:calib in artefacts/11");
        run.Lines.ShouldContain("max drop     0.50 points");
        run.Lines.ShouldContain("progress     34/~52 evaluations, 03:00, ETA 01:12");
        run.Lines.ShouldContain("best so far  candidate 7: top-1 59.75%, drop 0.13 points, 25.0 ms (1.24x)");
        run.Output.ShouldNotContain("Result:");
        JsonParser.Default.Parse<Job>((await ClientRun.OfAsync(server, "show", "a", "--json")).Output).ShouldBe(server.State.Jobs[0]);

        server.State.Jobs[0].Progress.BestMisses = true;
        (await ClientRun.OfAsync(server, "show", "a")).Lines.ShouldContain(
            "nearest yet  candidate 7: top-1 59.75%, drop 0.13 points, 25.0 ms (1.24x)");
    }

    [Theory]
    [InlineData("w4a8", "W4A8")]
    [InlineData("float16", "FP16")]
    [InlineData("later1", "later1")]
    public async Task Show_FormatThatTheServerNames_IsShown(string format, string title)
    {
        await using var server = await StartAsync();
        var winner = server.State.Jobs[0].Winner = Samples.Winner();
        winner.Plan.Groups[0].Format = format;
        var run = await ClientRun.OfAsync(server, "show", "a");
        Row(run, "conv1").ShouldStartWith($"conv1 Conv+Relu 41.0 M {title} ");
    }

    [Fact]
    public async Task Show_FinishedJob_HasDecisionsWithTheirReasonsAndFiles()
    {
        await using var server = await StartAsync();
        var job = server.State.Jobs[0];
        job.State = JobState.Succeeded;
        job.Winner = Samples.Winner();
        job.Winner.Test = "top-1 90.00% against 91.00% in FP32";
        job.Winner.Sureness = "Sure: at most 0.27 points, where 1 is accepted";
        job.Artefacts.Add(server.State.Publish("result.json", Encoding.UTF8.GetBytes(SampleResult.Document.Format())));
        var run = await ClientRun.OfAsync(server, "show", "a");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("The fastest of 12 plans within 0.50 points.");
        run.Lines.ShouldContain("On the test set: top-1 90.00% against 91.00% in FP32");
        run.Lines.ShouldContain("Sure: at most 0.27 points, where 1 is accepted");
        Row(run, "conv1").ShouldBe("conv1 Conv+Relu 41.0 M INT8 mse yes nearest saves 3 ms");
        Row(run, "fc").ShouldBe("fc Gemm 5.00 k FP32 – – – costs accuracy");
        Row(run, "result.json").ShouldBe($"result.json {Figures.Bytes(job.Artefacts[0].SizeBytes)} {job.Artefacts[0].Sha256}");
    }

    [Fact]
    public async Task Show_JobWithAReconstruction_HasItsStepsAndBlocks()
    {
        await using var server = await StartAsync();
        var trial = new ResultReconstruction(
            Tried: true,
            Kept: true,
            "it helped",
            Iterations: 100,
            Target: null,
            new ResultWeightProbe(9, 10, 0.01, WeightsMatter: true, "weights are a cause", Seconds: 1),
            [
                new ResultReconstructionStep(
                    "brecq", Kept: true, "it is as accurate as FP32", null, null, null, null, null,
                    [new("conv1+conv2", "weights", 0.5, 0.25, Kept: true, TakenBack: false, 100, 70)], Evaluations: 1, Seconds: 75),
            ])
        {
            Second = new ResultReconstruction(
                Tried: true, Kept: false, "it did not", Iterations: 100, Target: null, Probe: null,
                [new ResultReconstructionStep("qdrop", Kept: false, "out of memory", null, null, null, null, null, [], 0, 0)]),
        };
        var result = SampleResult.Document with { Reconstruction = trial };
        server.State.Jobs[0].Artefacts.Add(server.State.Publish("result.json", Encoding.UTF8.GetBytes(result.Format())));

        var run = await ClientRun.OfAsync(server, "show", "a");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("Reconstruction, probe, 1.0 s: weights are a cause");
        run.Output.ShouldContain("Reconstruction, brecq (kept), 01:15: it is as accurate as FP32");
        run.Output.ShouldContain("Reconstruction, qdrop of the second plan (not kept), 0.0 s: out of memory");
        run.Output.ShouldContain("conv1+conv2");
        run.Output.ShouldContain("0.25");
    }

    [Fact]
    public async Task Show_ResultThatCannotBeRead_WarnsAndShowsTheRest()
    {
        await using var server = await StartAsync();
        server.State.Jobs[0].Winner = Samples.Winner();
        server.State.Jobs[0].Artefacts.Add(server.State.Publish("result.json", "no JSON"u8.ToArray()));
        var run = await ClientRun.OfAsync(server, "show", "a");
        run.Code.ShouldBe(ExitCode.Done);
        run.Error.ShouldStartWith("cluster: warning: why the groups have their precisions is not known");
        Row(run, "conv1").ShouldEndWith("nearest –");
    }

    [Fact]
    public async Task Candidates_AllPages_AreListed()
    {
        await using var server = await StartAsync();
        server.State.Candidates.AddRange([.. Enumerable.Range(0, 5).Select(Samples.Candidate), Samples.Failed(5)]);
        var run = await ClientRun.OfAsync(server, "candidates", "a");
        run.Lines.Count.ShouldBe(7);
        run.Rows[1].ShouldBe("0 succeeded 1/2 59.75% 0.13 25.0 1.24x 2 nodes/one");
        run.Lines[6].ShouldContain("failed: out of memory");
        run.Output.ShouldNotContain("needs 9 GB");
        JsonParser.Default.Parse<ListCandidatesResponse>((await ClientRun.OfAsync(server, "candidates", "a", "--json")).Output)
            .Candidates.ShouldBe(server.State.Candidates);
    }

    [Fact]
    public async Task Candidates_FailedAndWhy_SaysWhyEachFailed()
    {
        await using var server = await StartAsync();
        server.State.Candidates.AddRange([Samples.Candidate(0), Samples.Failed(1)]);
        var run = await ClientRun.OfAsync(server, "candidates", "a", "--failed", "--why");
        run.Rows.Skip(1).ShouldHaveSingleItem().ShouldEndWith("walk back needs 9 GB where 8 are allowed (after 2 attempts)");
        (await ClientRun.OfAsync(server, "candidates", "a", "--why", "--state", "succeeded")).Rows[1].ShouldEndWith(
            "uniform INT8 accuracy measured, latency from an earlier job");
    }

    private static string Row(ClientRun run, string name) => run.Rows.Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal));

    private static async Task<FakeServer> StartAsync()
    {
        var server = await FakeServer.StartAsync();
        server.State.Jobs.Add(Samples.Job("a"));
        return server;
    }
}
