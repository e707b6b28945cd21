namespace Cluster.Kernels.Tensors;

/// <summary>
/// The symbol versions that a 64-bit little-endian ELF file needs from other libraries (Linux Standard Base, "Symbol Versioning": the
/// section SHT_GNU_verneed). A version that is marked weak may be missing: the loader loads the file anyway.
/// </summary>
internal static class ElfVersions
{
    private const uint NeededVersions = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    // Offsets in Elf64_Ehdr, Elf64_Shdr, Elf64_Verneed and Elf64_Vernaux.
    private const int HeaderSize = 64;
    private const int SectionsAt = 40;
    private const int SectionSizeAt = 58;
    private const int SectionCountAt = 60;
    private const int TypeAt = 4;
    private const int OffsetAt = 24;
    private const int LinkAt = 40;
    private const int InfoAt = 44;
    private const int NeedCountAt = 2;
    private const int NeedFirstAt = 8;
    private const int NeedNextAt = 12;
    private const int FlagsAt = 4;
    private const int NameAt = 8;
    private const int NextAt = 12;

    private static readonly byte[] Magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    /// <summary>Marks a version weak wherever the file needs it.</summary>
    /// <param name="version">Such as "GLIBCXX_3.4.32".</param>
    /// <returns>How many entries were newly marked weak.</returns>
    /// <exception cref="KernelException">It is not such a file, or it is cut off.</exception>
    public static int Weaken(Span<byte> file, string version)
    {
        if (file.Length < HeaderSize || !file.StartsWith(Magic))
        {
            throw new KernelException("The file is not an ELF file of 64 bits, little-endian.");
        }

        try
        {
            return WeakenSections(file, version);
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or OverflowException)
        {
            throw new KernelException("The ELF file is damaged: a section or an entry lies beyond its end.", failure);
        }
    }

    private static int WeakenSections(Span<byte> file, string version)
    {
        int sections = checked((int)UInt64(file, SectionsAt));
        int size = UInt16(file, SectionSizeAt);
        int changed = 0;
        for (int i = 0; i < UInt16(file, SectionCountAt); i++)
        {
            int section = sections + (i * size);
            if (UInt32(file, section + TypeAt) == NeededVersions)
            {
                int names = checked((int)UInt64(file, sections + ((int)UInt32(file, section + LinkAt) * size) + OffsetAt));
                changed += WeakenNeeds(
                    file, checked((int)UInt64(file, section + OffsetAt)), (int)UInt32(file, section + InfoAt), names, version);
            }
        }

        return changed;
    }

    private static int WeakenNeeds(Span<byte> file, int need, int needs, int names, string version)
    {
        int changed = 0;
        for (int i = 0; i < needs; i++)
        {
            int entry = checked(need + (int)UInt32(file, need + NeedFirstAt));
            for (int k = 0; k < UInt16(file, need + NeedCountAt); k++)
            {
                ushort flags = UInt16(file, entry + FlagsAt);
                if (HasName(file[checked(names + (int)UInt32(file, entry + NameAt))..], version) && (flags & Weak) == 0)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(file[(entry + FlagsAt)..], (ushort)(flags | Weak));
                    changed++;
                }

                entry = checked(entry + (int)UInt32(file, entry + NextAt));
            }

            need = checked(need + (int)UInt32(file, need + NeedNextAt));
        }

        return changed;
    }

    private static bool HasName(ReadOnlySpan<byte> text, string name) =>
        text[..(name.Length + 1)].SequenceEqual(Encoding.ASCII.GetBytes($"{name}\0"));

    private static ushort UInt16(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static uint UInt32(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);

    private static ulong UInt64(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt64LittleEndian(file[at..]);
}
