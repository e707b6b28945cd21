using System.Diagnostics;

namespace Cluster.Networks.Tests.Graphs.OnnxCases;

/// <summary>ONNX's own tests of its operators: right, or refused with a sentence.</summary>
[Long]
public sealed class OnnxCasesTests
{
    // At the time of writing; more operators make it more.
    private const int LeastRight = 3401;

    [Fact]
    public async Task Run_OnnxsOwnTests_AreRightOrRefused()
    {
        string archive = SharedData.Require("onnx-node.tar.xz");
        var folder = Directory.CreateTempSubdirectory("onnx-cases-");
        try
        {
            await UnpackAsync(archive, folder.FullName);
            OnnxCase[] cases =
            [
                .. Directory.EnumerateFiles(folder.FullName, "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                    .Select(path => new OnnxCase(Path.GetDirectoryName(path)!)),
            ];
            cases.Length.ShouldBe(3868);

            var ends = cases.AsParallel().Select(one => (Case: one, Ended: one.Run()))
                .Select(one => (one.Case, one.Ended.End, one.Ended.What))
                .ToArray();
            foreach (var range in ends.GroupBy(end => end.Case.Opset switch { < 7 => "1 to 6", <= 21 => "7 to 21", _ => "22 and newer" }))
            {
                var counts = range.GroupBy(end => end.End).OrderBy(kind => kind.Key).Select(kind => $"{kind.Key} {kind.Count()}");
                TestContext.Current.TestOutputHelper!.WriteLine($"opset {range.Key}: {string.Join(", ", counts)}");
            }

            ends.Where(end => end.End is OnnxEnd.Exception or OnnxEnd.Wrong)
                .Select(end => $"{end.Case.Name}: {end.End}, {end.What.Split('\n')[0]}")
                .ShouldBeEmpty();
            ends.Count(end => end.End == OnnxEnd.Right).ShouldBeGreaterThanOrEqualTo(LeastRight);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task UnpackAsync(string archive, string folder)
    {
        using var tar = Process.Start(new ProcessStartInfo("tar", ["-xJf", archive, "-C", folder])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        string error = await tar.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tar.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (error.Contains("xz", StringComparison.Ordinal) && tar.ExitCode != 0)
        {
            Assert.Skip("There is no xz here to unpack ONNX's tests with: install xz-utils.");
        }

        tar.ExitCode.ShouldBe(0, error);
    }
}
