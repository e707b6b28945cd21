using System.Diagnostics;
using Cluster.Kernels;

namespace Cluster.Bench;

/// <summary>Runs somebody else's code and shows what it prints.</summary>
internal static class PublishedCode
{
    public static void Run(string python, string script, CancellationToken cancellation)
    {
        if (!File.Exists(script))
        {
            throw new KernelException(
                $"The script '{script}' does not exist; name one that runs the published code and prints its iterations per second.");
        }

        var start = new ProcessStartInfo(python) { UseShellExecute = false };
        start.ArgumentList.Add(script);
        using var process = Process.Start(start)
            ?? throw new KernelException($"'{python}' could not be started; name a Python with torch with --python.");
        using var stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new KernelException($"'{script}' ended with status {process.ExitCode}; see what it wrote above.");
        }
    }
}
