using Cluster.Coordinator.Model;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Targets;
using Cluster.Kernels;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Setup;

/// <summary>Everything a job's measurements share: the network, its data, its calibration statistics.</summary>
internal sealed record EvaluationSetup : MeasuringSetup
{
    public required NetworkFile Network { get; init; }

    public required FloatNetwork Float32 { get; init; }

    public required PlanTranslator Translator { get; init; }

    public required CalibrationStatistics Statistics { get; init; }

    public required PlanResolver Resolver { get; init; }

    public required ArtefactBuilder Builder { get; init; }

    /// <summary>Numbers learned before the exploration, as far as requested plans name them.</summary>
    public required RepairNumbers Repairs { get; init; }

    /// <summary>Where tensors of all images are stored between two groups.</summary>
    public required SpillSpace Space { get; init; }

    public required ParityReports Parity { get; init; }

    public required ImageBatches Calibration { get; init; }

    /// <summary>The images for comparing calibrators of single groups; null if no job needs it.</summary>
    public CalibratorBasis? Calibrators { get; init; }

    public required MachineLock Machine { get; init; }

    public required EvaluatorVersions Versions { get; init; }

    /// <summary>Combines what follows from a network, its statistics and its data.</summary>
    public static EvaluationSetup Of(
        ITarget target,
        NetworkFile network,
        FloatNetwork float32,
        PlanTranslator translator,
        CalibrationStatistics statistics,
        JobData data,
        int batch,
        int threads,
        WorkingMemory memory,
        SpillSpace space,
        EvaluatorVersions versions)
    {
        var resolver = new PlanResolver(network.Grouped, statistics);
        var repairs = new RepairNumbers(network.Grouped);
        return new EvaluationSetup
        {
            Target = target,
            Network = network,
            Float32Model = network.Float32Model,
            Output = network.FirstOutput,
            Float32 = float32,
            Translator = translator,
            Statistics = statistics,
            Resolver = resolver,
            Builder = new ArtefactBuilder(
                network, float32, translator, resolver, data.Calibration, Environment.ProcessorCount, memory, space,
                target.Form(statistics), repairs),
            Repairs = repairs,
            Space = space,
            Parity = new ParityReports(target, float32, data.Evaluation, data.Metric.Outputs()),
            Calibration = data.Calibration,
            Evaluation = data.Evaluation,
            Test = data.Test,
            Metric = data.Metric,
            MetricCommand = data.Command,
            Batch = batch,
            Threads = threads,
            Machine = new MachineLock(),
            Versions = versions,
        };
    }
}
