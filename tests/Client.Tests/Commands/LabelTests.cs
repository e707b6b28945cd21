namespace Cluster.Client.Tests.Commands;

public sealed class LabelTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Label_NoFile_WritesTheListAndSaysHowToGoOn()
    {
        await using var server = await StartAsync();
        Directory.CreateDirectory(_folder["val"]);
        await File.WriteAllTextAsync(_folder["val/a.png"], string.Empty, Token);
        await File.WriteAllTextAsync(_folder["val/b.png"], string.Empty, Token);

        var run = await ClientRun.OfAsync(server, "label", "a", "-o", _folder["l.csv"], "--eval", $"folder:{_folder["val"]}");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain($"lists 1 images: give each its class, 0 to 9, in the column 'label'");
        run.Output.ShouldContain($"./cluster label jobs/a {_folder["l.csv"]}");
        (await File.ReadAllTextAsync(_folder["l.csv"], Token)).ShouldBe(
            "image,file,fp32,others,label\r\n1,b.png,3,8 | 5,\r\n0,a.png,4,9,?\r\n");
        var again = await ClientRun.OfAsync(server, "label", "a", "-o", _folder["l.csv"]);
        again.Code.ShouldBe(ExitCode.Usage);
        again.Error.ShouldContain("exists and may hold labels");
    }

    [Fact]
    public async Task Label_ListFilledIn_IsSentWithoutTheLinesThatHaveNoLabel()
    {
        await using var server = await StartAsync();
        await File.WriteAllTextAsync(_folder["l.csv"], "image,file,fp32,others,label\r\n1,,3,8,8\r\n7,,1,2,?\r\n9,,1,2,\r\n", Token);

        var run = await ClientRun.OfAsync(server, "label", "jobs/a", _folder["l.csv"]);

        run.Output.ShouldBe("jobs/a running\n", run.Error);
        server.State.Requests<LabelImagesRequest>().Single().Labels.ShouldBe(
            [new ImageLabel { Image = 1, Label = 8 }, new ImageLabel { Image = 7, Label = -1 }]);
    }

    [Theory]
    [InlineData("image,class\n1,2\n", ExitCode.Failed, "expected the columns 'image' and 'label'")]
    [InlineData(
        "image,label\n1,cat\n", ExitCode.Failed, "Line 2 of the label file", "has the label 'cat'; expected a whole number from 0, or ?")]
    [InlineData("image,label\nx,2\n", ExitCode.Failed, "has the image 'x'")]
    [InlineData("image,label\n1\n", ExitCode.Failed, "has 1 fields but the header has 2")]
    [InlineData(null, ExitCode.NotFound, "l.csv")]
    public async Task Label_FaultyList_IsRefusedBeforeAnythingIsSent(string? text, int code, params string[] said)
    {
        await using var server = await StartAsync();
        if (text is not null)
        {
            await File.WriteAllTextAsync(_folder["l.csv"], text, Token);
        }

        var run = await ClientRun.OfAsync(server, "label", "a", _folder["l.csv"]);

        run.Code.ShouldBe(code, run.Error);
        said.ShouldAllBe(part => run.Error.Contains(part, StringComparison.Ordinal), run.Error);
        server.State.Requests<LabelImagesRequest>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("idx:images", ExitCode.Usage, "has no file for each image")]
    [InlineData("folder:one", ExitCode.Failed, "--eval has 1 images where the job's evaluation set has more")]
    public async Task Label_OtherEvaluationImages_AreRefused(string spec, int code, string said)
    {
        await using var server = await StartAsync();
        Directory.CreateDirectory(_folder["one"]);
        await File.WriteAllTextAsync(_folder["one/a.png"], string.Empty, Token);

        var run = await ClientRun.OfAsync(
            server, "label", "a", "-o", _folder["l.csv"], "--eval", spec.Replace("one", _folder["one"], StringComparison.Ordinal));

        run.Code.ShouldBe(code);
        run.Error.ShouldContain(said);
    }

    private static async Task<FakeServer> StartAsync()
    {
        var server = await FakeServer.StartAsync();
        server.State.Jobs.Add(new Job { Name = "jobs/a", State = JobState.AwaitingLabels });
        return server;
    }
}
