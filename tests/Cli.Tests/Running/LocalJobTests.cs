using Cluster.Cli.Verbs.Running;
using Cluster.Coordinator.Model;

namespace Cluster.Cli.Tests.Running;

public sealed class LocalJobTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public LocalJobTests() => TinyNetwork.Write(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_RequestThatCannotBeMet_LeavesNoFolder()
    {
        Should.Throw<JobException>(() => LocalJob.Open(Request(options => options with { Target = "tensorrt" })))
            .Message.ShouldContain("onnxruntime-cpu");
        Should.Throw<KernelException>(
            () => LocalJob.Open(Request() with { Inputs = Request().Inputs with { Model = _folder["none.onnx"] } }));
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public void Open_FiveRanksOfThreeClasses_IsRefused() =>
        Should.Throw<JobException>(() => LocalJob.Open(Request(options => options with { Metric = MetricKind.Top5 })))
            .Message.ShouldBe(
                $"--metric top5 looks at the 5 largest outputs, of which {_folder["tiny.onnx"]} has 3: every answer would be right; give "
                + "--metric top1.");

    [Fact]
    public void Spec_WhatDoesNotChangeTheAnswer_IsNotPartOfTheJobsIdentity()
    {
        string id = Id(Request());
        Id(Request(options => options with { Metric = MetricKind.Top1 })).ShouldBe(id);
        Id(Request() with { Workers = 4, Output = _folder["other"], Fresh = true, Cache = _folder["cache"] }).ShouldBe(id);
    }

    [Fact]
    public void Clear_JobFolder_KeepsJournalAndForeignFiles()
    {
        var folder = new JobFolder(_folder["out"]);
        string[] made = [folder.Result, folder.WinnerModel, folder.WinnerPlan, folder.Report, folder.Latency];
        string[] kept = [folder.Journal, Path.Combine(folder.Root, "notes.txt")];
        foreach (string file in made.Concat(kept))
        {
            File.WriteAllText(file, "x");
        }

        Directory.CreateDirectory(folder.Calibration);
        folder.Clear();
        made.ShouldAllBe(file => !File.Exists(file));
        kept.ShouldAllBe(file => File.Exists(file));
        Directory.Exists(folder.Calibration).ShouldBeFalse();
    }

    private static string Id(JobRequest request)
    {
        using var job = LocalJob.Open(request);
        return job.Spec.JobId;
    }

    private JobRequest Request(Func<JobOptions, JobOptions>? choose = null) => new()
    {
        Inputs = new JobInputs { Model = _folder["tiny.onnx"], Calibration = $"idx:{_folder["images-idx3-ubyte"]}" },
        Options = choose?.Invoke(new JobOptions()) ?? new JobOptions(),
        Output = _folder["out"],
    };
}
