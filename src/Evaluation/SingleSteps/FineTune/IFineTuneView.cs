using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Evaluation.SingleSteps.FineTune;

/// <summary>Shows a training in progress, and counts it for the report.</summary>
public interface IFineTuneView : IProgress<FineTuneProgress>
{
    /// <summary>Iterations done in this process.</summary>
    long Steps { get; }

    /// <summary>Seconds of training in this process.</summary>
    double Seconds { get; }

    /// <summary>Starts the clock.</summary>
    /// <param name="clock">Measures the time spent in training.</param>
    void Begin(TimeProvider clock);
}
