using System.Diagnostics;

namespace Cluster.Grpc.Tests;

/// <summary>Runs the other side of a call: Python with Debian's python3-grpcio, an implementation that is not ours.</summary>
internal static class StockPython
{
    private static readonly Lazy<bool> Exists = new(() =>
    {
        try
        {
            using var probe = Process.Start(Information("-c", "import grpc, google.protobuf"))!;
            probe.StandardInput.Close();
            probe.StandardOutput.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    /// <summary>Starts a script of this folder, or skips the test where there is no such Python.</summary>
    public static Process Start(string script, params string[] arguments)
    {
        Assert.SkipUnless(Exists.Value, "needs python3 with grpc and google.protobuf: apt-get install python3-grpcio python3-protobuf");
        return Process.Start(Information([Path.Combine(AppContext.BaseDirectory, "Interop", script), .. arguments]))!;
    }

    private static ProcessStartInfo Information(params string[] arguments)
    {
        // Debian's own interpreter: another one first on the PATH does not see Debian's packages.
        const string Debian = "/usr/bin/python3";
        return new ProcessStartInfo(File.Exists(Debian) ? Debian : "python3", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1", ["NO_PROXY"] = "*" },
        };
    }
}
