namespace Cluster.Cli.Tests.DataSpecs;

public class DataSpecTests
{
    [Fact]
    public void Parse_JoinWithSlices_GivesPartsInOrder()
    {
        DataSpec spec = DataSpec.Parse("cifar10:../a.bin.gz@0..512+idx:b,labels=c@-10..+folder:d,labels=e.csv");

        spec.Parts.ShouldBe([
            new DataPart(DataFormat.Cifar10, "../a.bin.gz", null, new SampleSlice(0, 512)),
            new DataPart(DataFormat.Idx, "b", "c", new SampleSlice(-10, null)),
            new DataPart(DataFormat.Folder, "d", "e.csv", SampleSlice.All),
        ]);
    }

    [Theory]
    [InlineData("idx:a", "idx:a")]
    [InlineData(" idx:a ", "idx:a")]
    [InlineData("idx:a@..", "idx:a")]
    [InlineData("idx:a@0..", "idx:a")]
    [InlineData("idx:a@..07", "idx:a@0..7")]
    [InlineData("idx:a@-5..-1", "idx:a@-5..-1")]
    [InlineData("idx:a@5..,labels=x", "idx:a@5..,labels=x")]
    [InlineData("cifar10:a+b@home@1..2", "cifar10:a+b@home@1..2")]
    [InlineData("folder:x+y,labels=l,m.csv+cifar10:z", "folder:x+y,labels=l,m.csv+cifar10:z")]
    [InlineData("folder:a b/c,labels=x/val.csv@0..512", "folder:a b/c,labels=x/val.csv@0..512")]
    [InlineData("cifar10:test.bin.gz@-1000..", "cifar10:test.bin.gz@-1000..")]
    [InlineData("idx:a+b@2x", "idx:a+b@2x")]
    [InlineData("npz:a+b.npz@1..+npy:c.npy,labels=l.npy", "npz:a+b.npz@1..+npy:c.npy,labels=l.npy")]
    [InlineData("imagefolder:a/b@5..+imagefolder:c+folder:d", "imagefolder:a/b@5..+imagefolder:c+folder:d")]
    [InlineData("idx:x@1..2@..", "idx:x@1..2@..")]
    [InlineData("folder:d,labels=l.csv,alphabet=a.txt@1..", "folder:d,labels=l.csv,alphabet=a.txt@1..")]
    [InlineData("folder:d,labels=l.csv,names=n.txt@1..", "folder:d,labels=l.csv,names=n.txt@1..")]
    [InlineData("folder:d,labels=none,names=n.txt", "folder:d,labels=none,names=n.txt")]
    [InlineData("folder:d,labels=l.csv,alphabet=a.txt,names=n.txt", "folder:d,labels=l.csv,alphabet=a.txt,names=n.txt")]
    public void Parse_Text_HasCanonicalTextThatParsesToTheSame(string text, string canonical)
    {
        DataSpec spec = DataSpec.Parse(text);

        spec.ToString().ShouldBe(canonical);
        DataSpec.Parse(canonical).ShouldBe(spec);
        DataSpec.Parse(canonical).GetHashCode().ShouldBe(spec.GetHashCode());
    }

    [Fact]
    public void Parse_PlusAndAtInPaths_StayInThePath()
    {
        DataPart part = DataSpec.Parse("folder:/data/c++/user@host@2..3").Parts.ShouldHaveSingleItem();

        part.Path.ShouldBe("/data/c++/user@host");
        part.Slice.ShouldBe(new SampleSlice(2, 3));
    }

    [Theory]
    [InlineData("mnist.gz", "'mnist.gz' has no known scheme before it: put folder: or imagefolder: before a folder; possible are 'idx:")]
    [InlineData("", "has no known scheme before it")]
    [InlineData("idx:", "names no path")]
    [InlineData("idx:@1..2", "names no path")]
    [InlineData("imagenet:calib", "has no known scheme before it")]
    [InlineData("folder:,labels=x", "names no path")]
    [InlineData("idx:a+cifar10:", "'cifar10:' names no path")]
    [InlineData("folder:a,alphabet=b", "give both, as 'folder:DIR,labels=FILE.csv,alphabet=FILE'")]
    [InlineData("npz:a,labels=none,alphabet=b", "gives alphabet=")]
    [InlineData("cifar10:a,labels=b", "a cifar10 file holds its labels")]
    [InlineData("npz:a,labels=b", "an npz file holds its labels as the array 'labels'")]
    [InlineData("imagefolder:a,labels=b", "an imagefolder is labelled by its folders")]
    [InlineData("idx:a,labels=", "has an empty labels=")]
    [InlineData("idx:a,names=", "has an empty names=")]
    [InlineData("idx:a\0b", "holds a null character")]
    [InlineData("idx:a@0..99999999999", "holds 99999999999, which is not a 32-bit integer")]
    public void Parse_Malformed_SaysWhatIsWrong(string text, string expected) =>
        Should.Throw<DataSpecException>(() => DataSpec.Parse(text)).Message.ShouldContain(expected);

    [Theory]
    [InlineData(0, null, 0, 10)]
    [InlineData(2, 5, 2, 5)]
    [InlineData(-3, null, 7, 10)]
    [InlineData(0, -4, 0, 6)]
    [InlineData(-10, 10, 0, 10)]
    public void Resolve_WithinTen_GivesHalfOpenRange(int start, int? end, int expectedStart, int expectedEnd) =>
        new SampleSlice(start, end).Resolve(10, "x").ShouldBe((expectedStart, expectedEnd));

    [Theory]
    [InlineData(5, 5, "is empty (5..5 of 10 images)")]
    [InlineData(7, 3, "is empty")]
    [InlineData(10, null, "is empty")]
    [InlineData(0, 11, "The slice @0..11 of 'x' reaches outside of its 10 images")]
    [InlineData(-11, null, "reaches outside")]
    [InlineData(int.MinValue, int.MinValue, "reaches outside")]
    public void Resolve_EmptyOrOutside_Throws(int start, int? end, string expected) =>
        Should.Throw<DataSpecException>(() => new SampleSlice(start, end).Resolve(10, "x")).Message.ShouldContain(expected);
}
