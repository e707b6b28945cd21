using Cluster.Kernels.Learning.Reconstruction;

namespace Cluster.Kernels.Tests.Learning.Reconstruction;

/// <summary>Calls on the reporting thread, which <see cref="Progress{T}"/> does not.</summary>
internal sealed class ReconstructionReports(Action<ReconstructionProgress> see) : IProgress<ReconstructionProgress>
{
    public void Report(ReconstructionProgress value) => see(value);
}
