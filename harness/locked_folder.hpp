// LockedFolder: a folder that belongs to one process at a time.
#pragma once

#include <string>

#include "harness/descriptor.hpp"

namespace spinlab {

// Makes the folder where it is missing, locks the file `lock` in it (flock), and writes this
// process's number there. The kernel gives the lock back when the process ends, however it ends.
// Threads: one.
class LockedFolder {
 public:
  // Throws UserError, which names the process that has the folder, or says why it cannot be had.
  explicit LockedFolder(std::string path);
  ~LockedFolder();  // Removes the folder if nothing else is in it.
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;

  const std::string& path() const { return path_; }

  // False: the folder was removed or replaced since.
  bool is_still_ours() const;

 private:
  void give_back();

  std::string path_;
  std::string lock_path_;
  Descriptor lock_;
};

}  // namespace spinlab
