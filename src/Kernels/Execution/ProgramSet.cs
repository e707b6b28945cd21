namespace Cluster.Kernels.Execution;

/// <summary>The programs of one candidate, in group order; owns those that are not shared.</summary>
internal sealed class ProgramSet(IReadOnlyList<NetworkProgram> programs, IReadOnlyList<SimulatedProgram> owned) : IDisposable
{
    public IReadOnlyList<NetworkProgram> Programs => programs;

    public void Dispose()
    {
        foreach (var program in owned)
        {
            program.Dispose();
        }
    }
}
