using Cluster.Storage.Locks;

namespace Cluster.Kernels.Tests.Learning;

internal static class SomebodyWho
{
    /// <summary>Waits for the machine to time something, as the share's holder sees.</summary>
    public static TimingProcess Times(MachineShare share, string path)
    {
        var process = TimingProcess.Start(path);
        process.End();
        SpinWait.SpinUntil(() => share.IsAwaited, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        return process;
    }
}
