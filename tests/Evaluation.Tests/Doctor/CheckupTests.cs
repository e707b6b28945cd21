using Cluster.Evaluation.Doctor;

namespace Cluster.Evaluation.Tests.Doctor;

public class CheckupTests
{
    [Fact]
    public void Run_ProbeThatThrows_IsAFindingAndKeepsTheOthers()
    {
        var findings = Checkup.Run(
            [
                ("first", FirstThenFail, "mend it"),
                ("second", () => throw new TypeInitializationException("T", new DllNotFoundException("no\n library")), "install it"),
                ("third", () => [Finding.Warn("third", "slow", "wait")], "none"),
            ]);
        findings.ShouldBe(
            [
                Finding.Ok("begins", "well"),
                Finding.Fail("first", "Broken.", "mend it"),
                Finding.Fail("second", "no library", "install it"),
                Finding.Warn("third", "slow", "wait"),
            ]);
    }

    [Fact]
    public void Run_ThisMachine_LooksAtEverything()
    {
        string[] expected = ["cluster", "processor", "memory", "disk (output)", "disk (temporary)", "shared data"];
        var found = Checkup.Run(Path.GetTempPath()).Select(finding => finding.What).ToList();
        foreach (string what in expected)
        {
            found.ShouldContain(what);
        }

        found.ShouldContain(what => what == "libtorch");
        found.ShouldContain(what => what == "ONNX Runtime");
    }

    [Fact]
    public void Run_OutputThatDoesNotExistYet_LooksAtTheFolderAboveIt() =>
        Checkup.Run(Path.Combine(Path.GetTempPath(), "not", "there", "yet"))
            .ShouldContain(finding => finding.What == "disk (output)" && finding.Found.Contains("GiB", StringComparison.Ordinal));

    [Theory]
    [InlineData("avx512-vnni", "Ok")]
    [InlineData("avx-vnni", "Ok")]
    [InlineData("avx512", "Warn")]
    [InlineData("avx2", "Warn")]
    [InlineData("arm64", "Ok")]
    public void Judge_InstructionSet_SaysWhatNoVnniMeans(string set, string level)
    {
        var finding = MachineProbes.Judge(set, set);
        finding.Level.ToString().ShouldBe(level);
        finding.Found.Contains("int8-safe", StringComparison.Ordinal).ShouldBe(level == "Warn");
    }

    [Theory]
    [InlineData("NVIDIA_VISIBLE_DEVICES", "MIG-1f2e", "a slice of a GPU (MIG)")]
    [InlineData("NVIDIA_VISIBLE_DEVICES", "GPU-1f2e::1", "a GPU that is time-sliced")]
    [InlineData("CUDA_MPS_PIPE_DIRECTORY", "/mps/nvidia.com/gpu/pipe", "a GPU that others share (MPS)")]
    [InlineData("NVIDIA_VISIBLE_DEVICES", "GPU-1f2e,GPU-3c4d", null)]
    [InlineData("CUDA_VISIBLE_DEVICES", "0,1", null)]
    public void Sharing_WhatTheDevicePluginSays_IsRefusedUnlessGpusAreWhole(string variable, string value, string? found)
    {
        var finding = GpuProbes.Sharing(name => name == variable ? value : null);

        (finding?.Found).ShouldBe(found);
        (finding?.Level).ShouldBe(found is null ? null : FindingLevel.Fail);
    }

    [Theory]
    [InlineData(0.4, "Ok")]
    [InlineData(12, "Warn")]
    public void Judge_MemoryInUse_SaysThatOthersAreThere(double used, string level) =>
        GpuProbes.Judge("cuda:0", "a GPU", (long)(used * (1L << 30))).Level.ToString().ShouldBe(level);

    private static IEnumerable<Finding> FirstThenFail()
    {
        yield return Finding.Ok("begins", "well");
        throw new KernelException("Broken.");
    }
}
