using System.Text.Json.Nodes;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Json;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Simulation;
using Cluster.Storage.Files;

namespace Cluster.Coordinator.Tests.Journal;

/// <summary>Journals in which steps after the search have the five events of earlier versions.</summary>
public sealed class ReleasedStepsTests
{
    private static readonly string[] Released =
        ["reconstruction.probed", "reconstruction.completed", "reconstruction.failed", "fineTune.completed", "fineTune.failed"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("reconstructed", 4)]
    [InlineData("tuned", 1)]
    [InlineData("steps", 2)]
    public void Read_ReleasedJournal_HasEachStepWithWhatItSaid(string name, int steps)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "fixtures", $"journal.v1.{name}.jsonl");
        var lines = File.ReadLines(path).Select(line => JsonNode.Parse(line)!["event"]!).ToArray();
        var records = FileJournal.ReadOnly(path);

        var found = 0;
        foreach (var (old, read) in lines.Zip(records.Select(record => record.Event)))
        {
            if (!Released.Contains(Text(old, "type")))
            {
                CanonicalJson.Serialize(read).ShouldBe(CanonicalJson.Serialize(old));
                continue;
            }

            found++;
            var now = JsonNode.Parse(CanonicalJson.Serialize(read))!;
            Text(now, "type").ShouldBe(Text(old, "type")!.EndsWith("failed", StringComparison.Ordinal) ? "step.failed" : "step.completed");
            foreach (var same in new[] { "reason", "winner", "failure", "attempts" })
            {
                now[same]?.ToJsonString().ShouldBe(old[same]?.ToJsonString(), same);
            }

            now["result"]?.AsObject().Remove("type");
            now["result"]?.ToJsonString().ShouldBe(old["result"]?.ToJsonString());
            var item = ((StepEvent)read).Item;
            if (old["item"] is JsonObject asked)
            {
                now["item"]!.AsObject().Remove("type");
                now["item"]!.ToJsonString().ShouldBe(asked.ToJsonString());
            }
            else
            {
                item.Id.ShouldBe(Text(old, "item"));
            }
        }

        found.ShouldBe(steps);
        JobState.Fold(records.Select(record => record.Event))!.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_JournalBegunByAnEarlierVersion_GoesOnToTheSameEnd()
    {
        // A job with a probe, methods that come to nothing, one that is kept and a training: whatever of it an earlier version did, this
        // one does the rest.
        var network = Networks.Sensitive;
        network = network with
        {
            Recovered = step => step == ReconstructionStep.QDrop ? 0.9 : 0.3,
            Spec = (network.Spec with { Data = new DataDigests("c", "e", Training: "t") }).Choosing(options => options with
            {
                Reconstruct = ReconstructionMode.Auto,
                ReconstructIterations = 50,
                FineTune = FineTuneMode.Always,
                Epochs = 3,
            })
        };
        var whole = new MemoryJournal();
        await Jobs.RunAsync(network, whole);
        whole.Events.OfType<StepCompleted>().Count().ShouldBe(5);
        var first = whole.Events.TakeWhile(e => e is not StepEvent).Count();
        for (var kept = first; kept <= whole.Records.Count; kept++)
        {
            using var folder = new WorkFolder();
            var path = folder["journal.jsonl"];
            await using (var earlier = FileJournal.Open(path))
            {
                await earlier.AppendAsync([.. whole.Events.Take(kept).Select(Earlier)], Token);
            }

            var evaluator = new SyntheticEvaluator(network);
            await using var journal = FileJournal.Open(path);
            await Jobs.RunAsync(network, journal, evaluator);

            Jobs.Decisions(journal.Records.Select(record => record.Event)).ShouldBe(Jobs.Decisions(whole.Events));
            var known = whole.Events.Take(kept).OfType<StepEvent>().Count();
            evaluator.Asked.Count(item => item.StepSequence is not null).ShouldBe(5 - known);
            (await File.ReadAllLinesAsync(path, Token)).Count(line => Released.Any(line.Contains))
                .ShouldBe(known, "what was written stays as it was");
        }
    }

    [Fact]
    public void ReadOnly_FixtureOfAJobContinuedByThisVersion_FoldsToItsWinner()
    {
        var records = FileJournal.ReadOnly(Path.Combine(AppContext.BaseDirectory, "fixtures", "journal.v1.steps.jsonl"));

        var state = JobState.Fold(records.Select(record => record.Event))!;

        state.IsCompleted.ShouldBeTrue();
        state.Steps.Cast<StepCompleted>().Select(step => step.Next).ShouldBe([-4, -5, -6, null, null]);
        state.Steps.Cast<StepCompleted>().Select(step => step.Winner is not null).ShouldBe([false, false, false, true, false]);
        state.Attempts(ReconstructItem.SequenceOf(ReconstructionStep.Brecq)).Started.ShouldBe(2);
        state.Winner!.Plan.Digest.ShouldBe("511df8db79be233192d6106452b520e3b9d632a3509179bcacc05f4ab9981ae4");
        state.Kept.ShouldBeOfType<ReconstructResult>();
    }

    [Fact]
    public void Current_FineTuningThatFailed_HasItsItem()
    {
        var released = new ReleasedSteps();
        var events = SampleEvents.TuningFailed.Select(Earlier).Select(released.Current).ToArray();

        events.Select(CanonicalJson.Serialize).ShouldBe(SampleEvents.TuningFailed.Select(CanonicalJson.Serialize));
    }

    [Fact]
    public void Current_StepThatFailed_IsFollowedByTheNext()
    {
        var released = new ReleasedSteps();
        var events = SampleEvents.Rebuilt.Select(Earlier).Select(released.Current).ToArray();

        events.Select(CanonicalJson.Serialize).ShouldBe(SampleEvents.Rebuilt.Select(CanonicalJson.Serialize));
    }

    [Fact]
    public void Current_FineTuningOfAnotherItem_IsRefused()
    {
        var released = new ReleasedSteps();
        foreach (var journalEvent in SampleEvents.Tuned.Take(6))
        {
            released.Current(journalEvent);
        }

        var failed = new FineTuneFailed(new string('0', 64), new FailedResult(FailureKind.NotFinite, "no"), 1);

        Should.Throw<JobException>(() => released.Current(failed)).Message.ShouldContain("fine-tuning");
        Should.Throw<JobException>(() => new ReleasedSteps().Current(failed));
    }

    // As versions before the one pair wrote it.
    private static JournalEvent Earlier(JournalEvent now) => now switch
    {
        StepCompleted { Item: ReconstructItem item, Result: WeightProbeResult probe } done =>
            new ReconstructionProbed(item, probe, done.Next == ReconstructItem.SequenceOf(ReconstructionStep.AdaRound), done.Reason),
        StepCompleted { Item: ReconstructItem item, Result: ReconstructResult result } done => new ReconstructionCompleted(
            item, result, done.Winner, done.Next is null && done.Winner is { Feasible: true }, done.Reason),
        StepFailed { Item: ReconstructItem item } failed => new ReconstructionFailed(item, failed.Failure, failed.Attempts),
        StepCompleted { Item: FineTuneItem item, Result: FineTuneResult result } done =>
            new FineTuneCompleted(item.Id, result, done.Winner, done.Reason),
        StepFailed { Item: FineTuneItem item } failed => new FineTuneFailed(item.Id, failed.Failure, failed.Attempts),
        _ => now,
    };

    private static string? Text(JsonNode node, string member) => node[member]?.GetValue<string>();
}
