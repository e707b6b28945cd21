namespace Cluster.Data.Tests.Arrays;

public sealed class ArrayFilesTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{'descr': '<f4', 'shape': (2, 1), }", "without 'fortran_order' or 'shape'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", "which no array has")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2), }", "has 9 dimensions; at most 8 are read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1), }", "is cut short or damaged")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "is cut short or damaged")]
    public void Open_BadHeader_IsRefusedInOneSentence(string header, string expected)
    {
        _folder.Write("t.npy", ArrayFile.Npy(header, new byte[8]));

        ArrayFile.Error(_folder, "npy:t.npy").ShouldContain(expected);
    }

    [Fact]
    public void Open_NoArray_SaysSo()
    {
        _folder.Write("t.npy", "no array"u8.ToArray());
        _folder.Write("long.npy", [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0x7F]);
        _folder.Write("new.npy", [0x93, .. "NUMPY"u8, 9, 0]);
        _folder.Write("empty.npz", ArrayFile.Npz(CompressionLevel.NoCompression, ("a.txt", [1])));
        _folder.Write("twice.npz", ArrayFile.Npz(
            CompressionLevel.NoCompression, ("a.npy", ArrayFile.Npy("|u1", "(1,)", 1)), ("a.npy", ArrayFile.Npy("|u1", "(1,)", 1))));

        ArrayFile.Error(_folder, "npy:t.npy").ShouldContain("is not a .npy array; write it with numpy.save");
        ArrayFile.Error(_folder, "npy:long.npy").ShouldContain("says that its header is 2147483647 bytes long; at most 65536 are expected");
        ArrayFile.Error(_folder, "npy:new.npy").ShouldContain("has version 9 of the .npy format; versions 1 to 3 are read");
        ArrayFile.Error(_folder, "npz:t.npy").ShouldContain("is not an .npz archive that can be read");
        ArrayFile.Error(_folder, "npz:empty.npz").ShouldContain("holds 0 arrays; expected 1 to 65536");
        ArrayFile.Error(_folder, "npz:twice.npz").ShouldContain("holds the array 'a' twice");
        ArrayFile.Error(_folder, "npz:absent.npz").ShouldContain("does not exist");
    }

    [Theory]
    [InlineData("<f4", "(1,)", "is float32 [1]; labels are one integer for each sample, [N]")]
    [InlineData("<i4", "(1, 1)", "is int32 [1,1]; labels are one integer for each sample, [N]")]
    public void Open_LabelsThatAreNone_AreRefused(string type, string shape, string expected)
    {
        _folder.Write("t.npz", ArrayFile.Npz(CompressionLevel.NoCompression, ("labels.npy", ArrayFile.Npy(type, shape, new byte[4]))));

        ArrayFile.Error(_folder, "npz:t.npz").ShouldContain(expected);
    }

    [Fact]
    public void Open_NegativeLabelOrOthersCount_IsRefused()
    {
        _folder.Write("t.npz", ArrayFile.Npz(CompressionLevel.NoCompression, ("labels.npy", ArrayFile.Npy("|i1", "(2,)", 1, 0xFF))));
        _folder.Write("x.npy", ArrayFile.Npy("|u1", "(3, 1)", 1, 2, 3));
        _folder.Write("l.npy", ArrayFile.Npy("|u1", "(2,)", 1, 2));

        ArrayFile.Error(_folder, "npz:t.npz").ShouldContain("has the label -1 at 1; labels are 0 or more");
        ArrayFile.Error(_folder, "npy:x.npy,labels=l.npy").ShouldContain("has 2 labels for 3 samples");
    }

    [Fact]
    public void Open_TypesThatAreNotRead_OnlyMatterWhereTheyAreNeeded()
    {
        _folder.Write("t.npz", ArrayFile.Npz(
            CompressionLevel.NoCompression,
            ("names.npy", ArrayFile.Npy("{'descr': '<U4', 'fortran_order': False, 'shape': (2,), }", new byte[32])),
            ("x.npy", ArrayFile.Npy("|u1", "(2, 1)", 1, 2))));

        ArrayFile.Open(_folder, "npz:t.npz").For([new ValueInfo("x", ElementType.Float, [-1, 1])], null).Count.ShouldBe(2);
        Should.Throw<KernelException>(
            () => ArrayFile.Open(_folder, "npz:t.npz").For([new ValueInfo("names", ElementType.Float, [-1])], null)).Message
            .ShouldContain("is text; float16, float32, float64, bool and integers of 8 to 64 bits are read");
    }

    [Theory]
    [InlineData("'|O'", "is object, as of samples of several shapes;")]
    [InlineData("'<c8'", "is complex64;")]
    [InlineData("'>c16'", "is complex128;")]
    [InlineData("'<f16'", "is longdouble;")]
    [InlineData("'<M8[us]'", "is datetime;")]
    [InlineData("[('a', '<f4')]", "is a record;")]
    public void Open_OnlyAnArrayThatIsNotRead_IsNamedWithItsType(string type, string expected)
    {
        byte[] array = ArrayFile.Npy($"{{'descr': {type}, 'fortran_order': False, 'shape': (4, 1), }}", new byte[64]);
        _folder.Write("t.npz", ArrayFile.Npz(CompressionLevel.NoCompression, ("x.npy", array)));
        _folder.Write("t.npy", array);
        ValueInfo[] inputs = [new("x", ElementType.Float, [-1, 1])];

        Should.Throw<KernelException>(() => ArrayFile.Open(_folder, "npz:t.npz").For(inputs, null)).Message
            .ShouldContain($"The array 'x' of '{_folder["t.npz"]}' {expected}");
        Should.Throw<KernelException>(() => ArrayFile.Open(_folder, "npy:t.npy").For(inputs, null)).Message.ShouldContain(expected);
    }

    [Fact]
    public void Open_NumberWithoutSamples_IsNamedWithItsShape()
    {
        _folder.Write("t.npz", ArrayFile.Npz(CompressionLevel.NoCompression, ("x.npy", ArrayFile.Npy("<f4", "()", new byte[4]))));

        ArrayFile.Error(_folder, "npz:t.npz").ShouldContain("is float32 [], which holds no samples");
    }

    [Fact]
    public void Open_SliceOfACompressedArray_IsUnpackedNoFurther()
    {
        _folder.Write("t.npz", ArrayFile.Tokens(CompressionLevel.Optimal));

        var half = ArrayFile.Open(_folder, "npz:t.npz@1..2", maximumBytes: 32).For(ArrayFile.TokenInputs, null);
        half.Read(0, 1, null)[0].As<long>().ToArray().ShouldBe([2, 3]);
        half.Label(0).ShouldBe(1);
        Should.Throw<KernelException>(() => ArrayFile.Open(_folder, "npz:t.npz@1..3", maximumBytes: 32).For(ArrayFile.TokenInputs, null))
            .Message.ShouldContain("is compressed and needs 48 bytes of memory; write it with numpy.savez");
    }

    [Fact]
    public void Write_TwoFloats_HasTheBytesOfTheFormat()
    {
        using MemoryStream stream = new();
        NpzWriter.Write(stream, TensorData.FromFloats([2], [1, 2]));

        // numpy.lib.format, version 1: a header that is filled with spaces to 128 bytes in all.
        byte[] expected = ArrayFile.Npy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".PadRight(117) + "\n", 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40);
        stream.ToArray().ShouldBe(expected);
    }
}
