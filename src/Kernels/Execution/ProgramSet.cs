namespace Cluster.Kernels.Execution;

/// <summary>The programs of one candidate, in group order; owns the simulated ones, which nothing shares.</summary>
internal sealed class ProgramSet(IReadOnlyList<NetworkProgram> programs) : IDisposable
{
    public IReadOnlyList<NetworkProgram> Programs => programs;

    public void Dispose()
    {
        programs.OfType<SimulatedProgram>().DisposeAll();
    }
}
