using System.Diagnostics;

namespace Cluster.Tests;

/// <summary>
/// Runs a few lines of Python as an independent implementation; skips the test where the interpreter or a module is
/// missing.
/// </summary>
internal static class PythonReference
{
    private const string Interpreter = "/usr/bin/python3";

    /// <summary>
    /// Runs <paramref name="script"/> with <paramref name="input"/> as float32 bytes on standard input and reads
    /// numbers from its output.
    /// </summary>
    public static double[] Run(string modules, string script, float[] input)
    {
        if (!File.Exists(Interpreter))
        {
            Assert.Skip($"{Interpreter} is not installed; install python3 with {modules} to run this comparison.");
        }

        var start = new ProcessStartInfo(Interpreter)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"""
            import sys
            given = sys.stdin.buffer.read() # first: who writes it must not meet a closed pipe
            try:
                import {modules}
            except ImportError as e:
                print(e); sys.exit(77)
            import numpy as np
            x = np.frombuffer(given, dtype=np.float32).copy()
            {script}
            """);
        using var process = Process.Start(start)!;
        process.StandardInput.BaseStream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(input.AsSpan()));
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 77)
        {
            Assert.Skip($"Python has no {modules} ({output.Trim()}); install it to run this comparison.");
        }

        process.ExitCode.ShouldBe(0, error.GetAwaiter().GetResult());
        return [.. output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
    }
}
