namespace Cluster.Coordinator.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coordinator-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
