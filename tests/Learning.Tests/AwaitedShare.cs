namespace Cluster.Learning.Tests;

/// <summary>A share of the machine that a timing waits for.</summary>
internal static class AwaitedShare
{
    /// <summary>Starts a process that waits to time something, until the holder of the share sees it.</summary>
    public static TimingProcess Begin(MachineShare share, string path)
    {
        var process = TimingProcess.Start(path);
        process.End();
        SpinWait.SpinUntil(() => share.IsAwaited, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        return process;
    }
}
