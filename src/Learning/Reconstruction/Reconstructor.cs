namespace Cluster.Learning.Reconstruction;

/// <summary>
/// Learns roundings and activation scales without labels: AdaRound, BRECQ and QDrop are one loop over the blocks of the network. A block's
/// inputs come from the prefix that is already quantized, its targets from FP32.
/// </summary>
public static class Reconstructor
{
    /// <summary>
    /// Reconstructs a network. The same inputs and settings give the same bytes on the same instruction set, even after an interruption.
    /// </summary>
    /// <param name="images">Calibration images; the last <see cref="ReconstructionOptions.HeldOutShare"/> of them only decide which blocks
    /// are kept.</param>
    /// <param name="state">Where finished blocks are stored; null: nowhere.</param>
    /// <param name="time">Clock for rates and estimates.</param>
    /// <param name="yielding">How to yield the machine to others between two iterations; null: never.</param>
    /// <exception cref="KernelException">Settings, bits or images do not fit the network.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, between two iterations; finished blocks stay in the
    /// state folder.</exception>
    public static ReconstructionResult Run(
        GroupedGraph graph, ReconstructionStart start, ImageBatches images, ReconstructionOptions options, StateFolder? state,
        IProgress<ReconstructionProgress>? progress, TimeProvider time, CancellationToken cancellation, Yielding? yielding = null)
    {
        options.Check();
        options.Device.Enter();
        using var single = new TorchThreads(1); // its parts have their own threads
        using var session = new ReconstructionSession(
            graph, start, images, options, state, progress, time, yielding, cancellation);
        return session.Run();
    }
}
