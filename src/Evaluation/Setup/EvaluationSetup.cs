using System.Diagnostics.CodeAnalysis;

namespace Cluster.Evaluation.Setup;

/// <summary>Everything that measurements of plans share: the network, its data, its calibration statistics.</summary>
internal sealed record EvaluationSetup : MeasuringSetup
{
    public required NetworkFile Network { get; init; }

    public required FloatNetwork Float32 { get; init; }

    public required PlanTranslator Translator { get; init; }

    public required CalibrationStatistics Statistics { get; init; }

    /// <summary>What the calibration found that the user should know, each a sentence without its full stop.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required PlanResolver Resolver { get; init; }

    public required ArtefactBuilder Builder { get; init; }

    /// <summary>Numbers learned before the exploration, as far as requested plans name them.</summary>
    public required RepairNumbers Repairs { get; init; }

    /// <summary>Where tensors of all images are stored between two groups.</summary>
    public required SpillSpace Space { get; init; }

    public required ParityReports Parity { get; init; }

    /// <summary>Whether a plan may win that loses a channel of an output.</summary>
    public bool AllowsLostChannels { get; init; }

    /// <summary>The calibration images. A stored plan that has its numbers needs none, and then nothing may ask for them.</summary>
    [AllowNull]
    public required ImageBatches Calibration
    {
        get => field ?? throw new InvalidOperationException("This work was given no calibration images.");
        init;
    }

    /// <summary>The images for comparing calibrators of single groups; null if no job needs it.</summary>
    public CalibratorBasis? Calibrators { get; init; }

    public required MachineLock Machine { get; init; }

    /// <summary>Says each of the <see cref="Warnings"/>, marked as one.</summary>
    public void Warn(Action<string> say)
    {
        foreach (string warning in Warnings)
        {
            say($"warning: {warning}");
        }
    }
}
