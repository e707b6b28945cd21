namespace Cluster.Cli.Tests.Reproductions;

public sealed class VitisExamplesTests
{
    [Fact]
    public void Examples_AreTheTextsNumbersOrSayWhyNot()
    {
        var examples = VitisExamples.All();

        examples.Count.ShouldBe(8);
        foreach (var example in examples.Where(example => example.Remark is null))
        {
            example.Here.ShouldBe(example.Text, example.Name);
        }

        examples.Where(example => example.Remark is not null).ShouldHaveSingleItem().Name.ShouldBe("HistogramObserver, as published");
    }
}
