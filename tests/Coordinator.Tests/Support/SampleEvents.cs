using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Tests.Support;

/// <summary>A small whole job with every kind of event, and text that needs escapes.</summary>
internal static class SampleEvents
{
    public static IReadOnlyList<JournalEvent> All { get; } = Build();

    private static IReadOnlyList<JournalEvent> Build()
    {
        var network = Networks.Easy;
        var space = new SearchSpace("m", [new GroupInfo("é \"1\"", ["Conv"], 5, 6, "line\nbreak")], [new GroupEdge(-1, 0, "x", 3), new GroupEdge(0, 1, "y", 3)]);
        var plan = Plan.AllInt8("onnxruntime-cpu", ["é \"1\""], "max", biasCorrection: false);
        var accuracy = new AccuracyItem(network.Spec.AccuracyContext, plan, ImageScope.Full);
        var latency = new LatencyItem(network.Spec.LatencyContext, plan);
        return
        [
            new JobSubmitted(network.Spec.JobId, network.Spec, space),
            new RoundProposed(0, 0, "baselines", [new ProposedItem(0, accuracy.Id, accuracy), new ProposedItem(1, latency.Id, latency)]),
            new ItemCompleted(0, accuracy.Id, Sample.Accuracy([true, false, true], kl: 0.1)),
            new ItemFailed(1, latency.Id, new FailedResult(FailureKind.OutOfMemory, "8 GiB asked, 4 GiB there"), 2),
            new WinnerSelected(plan, Feasible: true, WinnerKind.Faster, "It is."),
            new ArtefactPublished("winner.qdq.onnx", new string('a', 64), 123),
            new JobCompleted(plan.Digest),
        ];
    }
}
