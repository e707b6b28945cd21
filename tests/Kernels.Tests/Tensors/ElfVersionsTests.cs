using System.Buffers.Binary;
using System.Text;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class ElfVersionsTests
{
    private const string Wanted = "GLIBCXX_3.4.32";

    // A header, one section of needed versions with the names as their second, and two libraries that need two versions each.
    private const int Names = 64;
    private const int Needs = 160;
    private const int Sections = 320;
    private const int EntrySize = 16;

    [Fact]
    public void Weaken_NeededTwice_MarksBothAndNothingElse()
    {
        byte[] file = File([["GLIBC_2.34", Wanted], [Wanted, Wanted + "0"]]);
        byte[] before = [.. file];

        ElfVersions.Weaken(file, Wanted).ShouldBe(2);

        Flags(file).ShouldBe([0, 2, 2, 0]);
        file.Zip(before).Count(pair => pair.First != pair.Second).ShouldBe(2);
    }

    [Fact]
    public void Weaken_AgainOrNeverNeeded_ChangesNothing()
    {
        byte[] file = File([[Wanted, "GLIBC_2.34"], ["CXXABI_1.3"]]);
        ElfVersions.Weaken(file, Wanted);
        byte[] once = [.. file];

        ElfVersions.Weaken(file, Wanted).ShouldBe(0);
        ElfVersions.Weaken(file, "GLIBCXX_3.4").ShouldBe(0, "a longer name begins so");

        file.ShouldBe(once);
    }

    [Fact]
    public void Weaken_AnotherFile_IsRefused() =>
        Should.Throw<KernelException>(() => ElfVersions.Weaken(new byte[200], Wanted)).Message.ShouldContain("not an ELF file");

    [Theory]
    [InlineData(40, 1L << 40)] // sections
    [InlineData(Sections + 64 + 24, 1L << 40)] // needs
    [InlineData(Needs + 12, 1L << 31)] // the next library, and the flags of its last one
    public void Weaken_PlaceBeyondTheEnd_IsRefused(int at, long place)
    {
        byte[] file = File([[Wanted], [Wanted]]);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), place);

        Should.Throw<KernelException>(() => ElfVersions.Weaken(file, Wanted)).Message.ShouldContain("damaged");
    }

    [Fact]
    public void Weaken_TorchSharpsLibrary_IsOneFlag()
    {
        byte[] file = System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        byte[] before = [.. file];

        ElfVersions.Weaken(file, Wanted).ShouldBe(1);

        file.Zip(before).Count(pair => pair.First != pair.Second).ShouldBe(1);
        ElfVersions.Weaken(file, Wanted).ShouldBe(0);
    }

    private static byte[] File(string[][] libraries)
    {
        byte[] file = new byte[Sections + (2 * 64)];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }.CopyTo(file, 0);
        Write64(40, Sections);
        Write16(58, 64);
        Write16(60, 2);

        // The names, by their section's number.
        Write32(Sections + 4, 3);
        Write64(Sections + 24, Names);
        Write32(Sections + 64 + 4, 0x6ffffffe);
        Write64(Sections + 64 + 24, Needs);
        Write32(Sections + 64 + 40, 0);
        Write32(Sections + 64 + 44, libraries.Length);
        int name = 1;
        int need = Needs;
        foreach (string[] versions in libraries)
        {
            bool isLast = ReferenceEquals(versions, libraries[^1]);
            Write16(need + 2, versions.Length);
            Write32(need + 8, EntrySize);
            Write32(need + 12, isLast ? 0 : EntrySize * (versions.Length + 1));
            for (int i = 0; i < versions.Length; i++)
            {
                int entry = need + (EntrySize * (i + 1));
                Encoding.ASCII.GetBytes(versions[i]).CopyTo(file, Names + name);
                Write32(entry + 8, name);
                Write32(entry + 12, i + 1 < versions.Length ? EntrySize : 0);
                name += versions[i].Length + 1;
            }

            need += EntrySize * (versions.Length + 1);
        }

        return file;

        void Write16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
        void Write32(int at, int value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), (uint)value);
        void Write64(int at, int value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), (ulong)value);
    }

    // Of two libraries with two versions each, in their order.
    private static int[] Flags(byte[] file) =>
        [.. new[] { 1, 2, 4, 5 }.Select(entry =>
            (int)BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(Needs + (EntrySize * entry) + 4)))];
}
