using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cluster.Kernels;

namespace Cluster.Bench;

/// <summary>The same loop in python's torch (bench/naive_sweep.py): a process of its own, which times itself without its start.</summary>
internal sealed class TorchSweep : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-bench-");
    private readonly string _python;
    private readonly string _script;

    public TorchSweep(SweepSubject subject, string python, string script)
    {
        _python = python;
        _script = File.Exists(script)
            ? script
            : throw new KernelException($"There is no {script}: run from the root of the checkout, or give --script.");
        TorchExport.Write(subject, _folder.FullName);
    }

    public SweepOutcome Run()
    {
        var start = new ProcessStartInfo(
            _python,
            [_script, _folder.FullName, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture), $"{SweepSubject.Batch}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new KernelException($"{_python} did not start.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<SweepOutcome>(output, JsonSerializerOptions.Web)
                ?? throw new KernelException($"{_script} printed nothing.")
            : throw new KernelException(
                $"{_python} {_script} ended with {process.ExitCode}: see its message above; Debian's package is python3-torch.");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
